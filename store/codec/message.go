package codec

import "httpwhy/inspector/exchange"

// message has the fields of a body beside its own.
type message struct {
	Method string `cbor:"1,keyasint,omitempty"`
	Target string `cbor:"2,keyasint,omitempty"`
	Status int    `cbor:"3,keyasint,omitempty"`
	Reason string `cbor:"4,keyasint,omitempty"`
	Proto  string `cbor:"5,keyasint,omitempty"`
	// Header and Trailer are names and values in turn.
	Header  []string `cbor:"6,keyasint,omitempty"`
	Trailer []string `cbor:"7,keyasint,omitempty"`

	State    exchange.BodyState `cbor:"8,keyasint,omitempty"`
	Size     int64              `cbor:"9,keyasint,omitempty"`
	Expected int64              `cbor:"10,keyasint,omitempty"`
	SHA256   []byte             `cbor:"11,keyasint,omitempty"`
	Kept     int64              `cbor:"12,keyasint,omitempty"`
	Data     []byte             `cbor:"13,keyasint,omitempty"`
}

func appendMessage(b []byte, from *exchange.Message, withData bool) []byte {
	m := beginMap(b)
	m.text(1, from.Method)
	m.text(2, from.Target)
	m.int(3, int64(from.Status))
	m.text(4, from.Reason)
	m.text(5, from.Proto)
	m.header(6, from.Header)
	m.header(7, from.Trailer)
	body := &from.Body
	m.text(8, string(body.State))
	m.int(9, body.Size)
	m.int(10, body.Expected)
	m.digest(11, &body.SHA256)
	m.int(12, body.Kept)
	if withData {
		m.bytes(13, body.Data)
	}
	return m.b
}

func (m *mapping) header(k byte, h exchange.Header) {
	if m.list(k, 2*len(h)) {
		for i := range h {
			m.b = appendBytes(appendBytes(m.b, h[i].Name), h[i].Value)
		}
	}
}

func (m *message) decoded() *exchange.Message {
	to := &exchange.Message{
		Method: m.Method, Target: m.Target, Status: m.Status, Reason: m.Reason, Proto: m.Proto,
		Header: fields(m.Header), Trailer: fields(m.Trailer),
		Body: exchange.Body{State: m.State, Size: m.Size, Expected: m.Expected, Kept: m.Kept, Data: m.Data},
	}
	copy(to.Body.SHA256[:], m.SHA256)
	return to
}

func fields(list []string) exchange.Header {
	if len(list) < 2 {
		return nil
	}
	h := make(exchange.Header, 0, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		h = append(h, exchange.Field{Name: list[i], Value: list[i+1]})
	}
	return h
}
