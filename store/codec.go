package store

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/fxamacker/cbor/v2"

	"httpwhy/inspector/exchange"
)

// The stored forms have integer keys, which never change their meaning: a field
// that is dropped leaves its number unused. Strings of the wire are byte
// strings, as they need not be UTF-8.

// encoding and decoding are the CBOR modes: strings become byte strings, and no
// input makes the decoder allocate without bound.
var (
	encoding = must(cbor.EncOptions{
		String: cbor.StringToByteString, Time: cbor.TimeUnixDynamic, OmitEmpty: cbor.OmitEmptyGoValue,
	}.EncMode())
	decoding = must(cbor.DecOptions{
		ByteStringToString: cbor.ByteStringToStringAllowed, MaxArrayElements: 1 << 20, MaxNestedLevels: 16,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the options above are constant
	}
	return v
}

type storedExchange struct {
	ID         uint64            `cbor:"1,keyasint"`
	State      exchange.State    `cbor:"2,keyasint"`
	Mode       exchange.Mode     `cbor:"3,keyasint"`
	Start      int64             `cbor:"4,keyasint"` // Unix time in nanoseconds
	URL        string            `cbor:"5,keyasint"`
	Request    storedMessage     `cbor:"6,keyasint"`
	Interim    []storedMessage   `cbor:"7,keyasint,omitempty"`
	Response   *storedMessage    `cbor:"8,keyasint,omitempty"`
	Synthetic  bool              `cbor:"9,keyasint,omitempty"`
	Timing     [10]int64         `cbor:"10,keyasint"`
	Client     storedConnection  `cbor:"11,keyasint"`
	Server     storedConnection  `cbor:"12,keyasint"`
	Failure    *exchange.Failure `cbor:"13,keyasint,omitempty"`
	ClosedBy   exchange.Peer     `cbor:"14,keyasint,omitempty"`
	Frames     []exchange.Frame  `cbor:"15,keyasint,omitempty"`
	FramesLost int               `cbor:"16,keyasint,omitempty"`
	Notes      []string          `cbor:"17,keyasint,omitempty"`
}

type storedMessage struct {
	Method  string     `cbor:"1,keyasint,omitempty"`
	Target  string     `cbor:"2,keyasint,omitempty"`
	Status  int        `cbor:"3,keyasint,omitempty"`
	Reason  string     `cbor:"4,keyasint,omitempty"`
	Proto   string     `cbor:"5,keyasint,omitempty"`
	Header  []string   `cbor:"6,keyasint,omitempty"` // name, value, name, value ...
	Trailer []string   `cbor:"7,keyasint,omitempty"`
	Body    storedBody `cbor:"8,keyasint"`
}

type storedBody struct {
	State    exchange.BodyState `cbor:"1,keyasint,omitempty"`
	Size     int64              `cbor:"2,keyasint,omitempty"`
	Expected int64              `cbor:"3,keyasint,omitempty"`
	SHA256   []byte             `cbor:"4,keyasint,omitempty"`
	Kept     int64              `cbor:"5,keyasint,omitempty"`
}

type storedConnection struct {
	Number uint64     `cbor:"1,keyasint,omitempty"`
	Addr   []byte     `cbor:"2,keyasint,omitempty"`
	Reused bool       `cbor:"3,keyasint,omitempty"`
	TLS    *storedTLS `cbor:"4,keyasint,omitempty"`
}

func encodeExchange(x *exchange.Exchange) ([]byte, error) {
	t := x.Timing
	s := storedExchange{
		ID: uint64(x.ID), State: x.State, Mode: x.Mode, Start: x.Start.UnixNano(), URL: x.URL,
		Request: storeMessage(&x.Request), Synthetic: x.Synthetic,
		Timing: [10]int64{
			int64(t.DNSStart), int64(t.DNSEnd), int64(t.ConnectStart), int64(t.ConnectEnd), int64(t.TLSStart),
			int64(t.TLSEnd), int64(t.RequestEnd), int64(t.FirstByte), int64(t.ResponseHead), int64(t.End),
		},
		Client: storeConnection(&x.Client), Server: storeConnection(&x.Server), Failure: x.Failure,
		ClosedBy: x.ClosedBy, Frames: x.Frames, FramesLost: x.FramesLost, Notes: x.Notes,
	}
	for i := range x.Interim {
		s.Interim = append(s.Interim, storeMessage(&x.Interim[i]))
	}
	if x.Response != nil {
		m := storeMessage(x.Response)
		s.Response = &m
	}
	return encoding.Marshal(&s)
}

func decodeExchange(b []byte) (*exchange.Exchange, error) {
	var s storedExchange
	if err := decoding.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("decode the record: %w", err)
	}
	d := func(i int) time.Duration { return time.Duration(s.Timing[i]) }
	x := &exchange.Exchange{
		ID: exchange.ID(s.ID), State: s.State, Mode: s.Mode, Start: time.Unix(0, s.Start).UTC(), URL: s.URL,
		Request: loadMessage(&s.Request), Synthetic: s.Synthetic,
		Timing: exchange.Timing{
			DNSStart: d(0), DNSEnd: d(1), ConnectStart: d(2), ConnectEnd: d(3), TLSStart: d(4),
			TLSEnd: d(5), RequestEnd: d(6), FirstByte: d(7), ResponseHead: d(8), End: d(9),
		},
		Client: loadConnection(&s.Client), Server: loadConnection(&s.Server), Failure: s.Failure,
		ClosedBy: s.ClosedBy, Frames: s.Frames, FramesLost: s.FramesLost, Notes: s.Notes,
	}
	for i := range s.Interim {
		x.Interim = append(x.Interim, loadMessage(&s.Interim[i]))
	}
	if s.Response != nil {
		m := loadMessage(s.Response)
		x.Response = &m
	}
	return x, nil
}

func storeMessage(m *exchange.Message) storedMessage {
	s := storedMessage{
		Method: m.Method, Target: m.Target, Status: m.Status, Reason: m.Reason, Proto: m.Proto,
		Header: storeHeader(m.Header), Trailer: storeHeader(m.Trailer),
		Body: storedBody{State: m.Body.State, Size: m.Body.Size, Expected: m.Body.Expected, Kept: m.Body.Kept},
	}
	if m.Body.SHA256 != [32]byte{} {
		s.Body.SHA256 = m.Body.SHA256[:]
	}
	return s
}

func loadMessage(s *storedMessage) exchange.Message {
	m := exchange.Message{
		Method: s.Method, Target: s.Target, Status: s.Status, Reason: s.Reason, Proto: s.Proto,
		Header: loadHeader(s.Header), Trailer: loadHeader(s.Trailer),
		Body: exchange.Body{State: s.Body.State, Size: s.Body.Size, Expected: s.Body.Expected, Kept: s.Body.Kept},
	}
	copy(m.Body.SHA256[:], s.Body.SHA256)
	return m
}

func storeHeader(h exchange.Header) []string {
	flat := make([]string, 0, 2*len(h))
	for _, f := range h {
		flat = append(flat, f.Name, f.Value)
	}
	return flat
}

func loadHeader(flat []string) exchange.Header {
	if len(flat) < 2 {
		return nil
	}
	h := make(exchange.Header, 0, len(flat)/2)
	for i := 0; i+1 < len(flat); i += 2 {
		h = append(h, exchange.Field{Name: flat[i], Value: flat[i+1]})
	}
	return h
}

func storeConnection(c *exchange.Connection) storedConnection {
	s := storedConnection{Number: c.Number, Reused: c.Reused, TLS: storeTLS(c.TLS)}
	if c.Addr.IsValid() {
		s.Addr, _ = c.Addr.MarshalBinary() // never fails
	}
	return s
}

func loadConnection(s *storedConnection) exchange.Connection {
	c := exchange.Connection{Number: s.Number, Reused: s.Reused, TLS: loadTLS(s.TLS)}
	var addr netip.AddrPort
	if addr.UnmarshalBinary(s.Addr) == nil {
		c.Addr = addr
	}
	return c
}
