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

func newMessage(m *exchange.Message, withData bool) *message {
	to := &message{
		Method: m.Method, Target: m.Target, Status: m.Status, Reason: m.Reason, Proto: m.Proto,
		Header: flat(m.Header), Trailer: flat(m.Trailer),
		State: m.Body.State, Size: m.Body.Size, Expected: m.Body.Expected,
		SHA256: digest(&m.Body.SHA256), Kept: m.Body.Kept,
	}
	if withData {
		to.Data = m.Body.Data
	}
	return to
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

func flat(h exchange.Header) []string {
	if len(h) == 0 {
		return nil
	}
	list := make([]string, 0, 2*len(h))
	for _, f := range h {
		list = append(list, f.Name, f.Value)
	}
	return list
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
