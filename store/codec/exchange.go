package codec

import (
	"bytes"
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

// NewExchange is the encoded form of x; it shares memory with x. The bytes of
// the bodies are left out unless withData is set.
func NewExchange(x *exchange.Exchange, withData bool) *Exchange {
	e := &Exchange{
		ID: x.ID, State: x.State, Mode: x.Mode,
		Seconds: x.Start.Unix(), Nanos: int64(x.Start.Nanosecond()),
		URL: x.URL, Request: newMessage(&x.Request, withData), Synthetic: x.Synthetic,
		Timing: timing(x.Timing), Client: newConnection(&x.Client), Server: newConnection(&x.Server),
		Failure: (*failure)(x.Failure), ClosedBy: x.ClosedBy, FramesLost: x.FramesLost, Notes: x.Notes,
	}
	for i := range x.Interim {
		e.Interim = append(e.Interim, *newMessage(&x.Interim[i], withData))
	}
	if x.Response != nil {
		e.Response = newMessage(x.Response, withData)
	}
	for _, f := range x.Frames {
		e.Frames = append(e.Frames, frame(f))
	}
	return e
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
func MarshalExchange(x *exchange.Exchange) ([]byte, error) { return Marshal(NewExchange(x, true)) }

// UnmarshalExchange decodes what MarshalExchange made.
func UnmarshalExchange(b []byte) (*exchange.Exchange, error) {
	var e Exchange
	if err := Unmarshal(b, &e); err != nil {
		return nil, err
	}
	return e.Decoded(), nil
}

func newConnection(c *exchange.Connection) connection {
	to := connection{Number: c.Number, Reused: c.Reused, TLS: newTLS(c.TLS)}
	if c.Addr.IsValid() {
		// MarshalBinary of a valid address cannot fail.
		to.Addr, _ = c.Addr.MarshalBinary()
	}
	return to
}

func (c *connection) decoded() exchange.Connection {
	to := exchange.Connection{Number: c.Number, Reused: c.Reused, TLS: c.TLS.decoded()}
	var addr netip.AddrPort
	if len(c.Addr) > 0 && addr.UnmarshalBinary(c.Addr) == nil && addr.IsValid() {
		to.Addr = addr
	}
	return to
}

// digest leaves a zero digest out.
func digest(sum *[32]byte) []byte {
	if *sum == [32]byte{} {
		return nil
	}
	return bytes.Clone(sum[:])
}
