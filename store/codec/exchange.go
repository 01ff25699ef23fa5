package codec

import (
	"net/netip"
	"time"

	"httpwhy/inspector/exchange"
)

// Exchange is the encoded form of an exchange.Exchange.
type Exchange struct {
	ID         exchange.ID    `cbor:"1,keyasint,omitempty"`
	State      exchange.State `cbor:"2,keyasint,omitempty"`
	Mode       exchange.Mode  `cbor:"3,keyasint,omitempty"`
	Seconds    int64          `cbor:"4,keyasint,omitempty"`
	Nanos      int64          `cbor:"5,keyasint,omitempty"`
	URL        string         `cbor:"6,keyasint,omitempty"`
	Request    *message       `cbor:"7,keyasint,omitempty"`
	Interim    []message      `cbor:"8,keyasint,omitempty"`
	Response   *message       `cbor:"9,keyasint,omitempty"`
	Synthetic  bool           `cbor:"10,keyasint,omitempty"`
	Timing     timing         `cbor:"11,keyasint"`
	Client     connection     `cbor:"12,keyasint"`
	Server     connection     `cbor:"13,keyasint"`
	Failure    *failure       `cbor:"14,keyasint,omitempty"`
	ClosedBy   exchange.Peer  `cbor:"15,keyasint,omitempty"`
	Frames     []frame        `cbor:"16,keyasint,omitempty"`
	FramesLost int            `cbor:"17,keyasint,omitempty"`
	Notes      []string       `cbor:"18,keyasint,omitempty"`
}

// The types below have the fields of their counterparts in package exchange, in
// the same order, so that the compiler refuses the conversion when one of them
// gets a field that would be forgotten here.
type (
	timing struct {
		DNSStart     time.Duration `cbor:"1,keyasint,omitempty"`
		DNSEnd       time.Duration `cbor:"2,keyasint,omitempty"`
		ConnectStart time.Duration `cbor:"3,keyasint,omitempty"`
		ConnectEnd   time.Duration `cbor:"4,keyasint,omitempty"`
		TLSStart     time.Duration `cbor:"5,keyasint,omitempty"`
		TLSEnd       time.Duration `cbor:"6,keyasint,omitempty"`
		RequestEnd   time.Duration `cbor:"7,keyasint,omitempty"`
		FirstByte    time.Duration `cbor:"8,keyasint,omitempty"`
		ResponseHead time.Duration `cbor:"9,keyasint,omitempty"`
		End          time.Duration `cbor:"10,keyasint,omitempty"`
	}
	failure struct {
		Kind     exchange.FailureKind `cbor:"1,keyasint,omitempty"`
		Peer     exchange.Peer        `cbor:"2,keyasint,omitempty"`
		Message  string               `cbor:"3,keyasint,omitempty"`
		Host     string               `cbor:"4,keyasint,omitempty"`
		Addr     string               `cbor:"5,keyasint,omitempty"`
		Alert    int                  `cbor:"6,keyasint,omitempty"`
		Expected int64                `cbor:"7,keyasint,omitempty"`
		Got      int64                `cbor:"8,keyasint,omitempty"`
		Excerpt  []byte               `cbor:"9,keyasint,omitempty"`
	}
	frame struct {
		At   time.Duration `cbor:"1,keyasint,omitempty"`
		From exchange.Peer `cbor:"2,keyasint,omitempty"`
		Type string        `cbor:"3,keyasint,omitempty"`
		Data []byte        `cbor:"4,keyasint,omitempty"`
		Size int64         `cbor:"5,keyasint,omitempty"`
	}
)

type connection struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
	Addr   []byte `cbor:"2,keyasint,omitempty"`
	Reused bool   `cbor:"3,keyasint,omitempty"`
	TLS    *tls   `cbor:"4,keyasint,omitempty"`
}

// AppendExchange appends the encoded form of x to b, as Marshal would make it of
// an Exchange. The bytes of the bodies are left out unless withData is set.
func AppendExchange(b []byte, x *exchange.Exchange, withData bool) []byte {
	m := beginMap(b)
	m.uint(1, uint64(x.ID))
	m.text(2, string(x.State))
	m.text(3, string(x.Mode))
	m.int(4, x.Start.Unix())
	m.int(5, int64(x.Start.Nanosecond()))
	m.text(6, x.URL)
	m.key(7)
	m.b = appendMessage(m.b, &x.Request, withData)
	if m.list(8, len(x.Interim)) {
		for i := range x.Interim {
			m.b = appendMessage(m.b, &x.Interim[i], withData)
		}
	}
	if x.Response != nil {
		m.key(9)
		m.b = appendMessage(m.b, x.Response, withData)
	}
	m.flag(10, x.Synthetic)
	m.key(11)
	m.b = appendTiming(m.b, &x.Timing)
	m.key(12)
	m.b = appendConnection(m.b, &x.Client)
	m.key(13)
	m.b = appendConnection(m.b, &x.Server)
	if x.Failure != nil {
		m.key(14)
		m.b = appendFailure(m.b, x.Failure)
	}
	m.text(15, string(x.ClosedBy))
	if m.list(16, len(x.Frames)) {
		for i := range x.Frames {
			m.b = appendFrame(m.b, &x.Frames[i])
		}
	}
	m.int(17, int64(x.FramesLost))
	m.texts(18, x.Notes)
	return m.b
}

func appendTiming(b []byte, t *exchange.Timing) []byte {
	m := beginMap(b)
	m.times(t.DNSStart, t.DNSEnd, t.ConnectStart, t.ConnectEnd, t.TLSStart, t.TLSEnd, t.RequestEnd, t.FirstByte, t.ResponseHead, t.End)
	return m.b
}

func appendConnection(b []byte, c *exchange.Connection) []byte {
	m := beginMap(b)
	m.uint(1, c.Number)
	if c.Addr.IsValid() {
		var room [32]byte
		// A valid address can be encoded.
		addr, _ := c.Addr.AppendBinary(room[:0])
		m.bytes(2, addr)
	}
	m.flag(3, c.Reused)
	if c.TLS != nil {
		m.key(4)
		m.b = appendTLS(m.b, c.TLS)
	}
	return m.b
}

func appendFailure(b []byte, f *exchange.Failure) []byte {
	m := beginMap(b)
	m.text(1, string(f.Kind))
	m.text(2, string(f.Peer))
	m.text(3, f.Message)
	m.text(4, f.Host)
	m.text(5, f.Addr)
	m.int(6, int64(f.Alert))
	m.int(7, f.Expected)
	m.int(8, f.Got)
	m.bytes(9, f.Excerpt)
	return m.b
}

func appendFrame(b []byte, f *exchange.Frame) []byte {
	m := beginMap(b)
	m.int(1, int64(f.At))
	m.text(2, string(f.From))
	m.text(3, f.Type)
	m.bytes(4, f.Data)
	m.int(5, f.Size)
	return m.b
}

// Decoded is the exchange that e encodes.
func (e *Exchange) Decoded() *exchange.Exchange {
	x := &exchange.Exchange{
		ID: e.ID, State: e.State, Mode: e.Mode, Start: time.Unix(e.Seconds, e.Nanos),
		URL: e.URL, Synthetic: e.Synthetic,
		Timing: exchange.Timing(e.Timing), Client: e.Client.decoded(), Server: e.Server.decoded(),
		Failure: (*exchange.Failure)(e.Failure), ClosedBy: e.ClosedBy, FramesLost: e.FramesLost, Notes: e.Notes,
	}
	if e.Request != nil {
		x.Request = *e.Request.decoded()
	}
	for i := range e.Interim {
		x.Interim = append(x.Interim, *e.Interim[i].decoded())
	}
	if e.Response != nil {
		x.Response = e.Response.decoded()
	}
	for _, f := range e.Frames {
		x.Frames = append(x.Frames, exchange.Frame(f))
	}
	return x
}

// MarshalExchange encodes x with what it carries of its bodies.
func MarshalExchange(x *exchange.Exchange) []byte { return AppendExchange(nil, x, true) }

// UnmarshalExchange decodes what MarshalExchange made.
func UnmarshalExchange(b []byte) (*exchange.Exchange, error) {
	var e Exchange
	if err := Unmarshal(b, &e); err != nil {
		return nil, err
	}
	return e.Decoded(), nil
}

func (c *connection) decoded() exchange.Connection {
	to := exchange.Connection{Number: c.Number, Reused: c.Reused, TLS: c.TLS.decoded()}
	var addr netip.AddrPort
	if len(c.Addr) > 0 && addr.UnmarshalBinary(c.Addr) == nil && addr.IsValid() {
		to.Addr = addr
	}
	return to
}
