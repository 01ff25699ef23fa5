package proxy

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"httpwhy/inspector/exchange"
)

// spelling gives a head that net/http writes the field order, the case of the
// names and the reason phrase of the head that came in on the other side. The
// fields themselves are net/http's: what is for one hop stays away.
type spelling struct {
	mu   sync.Mutex
	wire *exchange.Message
	held []byte
}

// expect spells the next head like m. A response head with another status, such
// as net/http's own 100 Continue, is not meant.
func (s *spelling) expect(m *exchange.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wire, s.held = m, nil
}

// apply returns what is to be written for p, which is nothing while the head is
// not complete. It may be in room.
func (s *spelling) apply(room, p []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wire == nil {
		return p
	}
	known := len(s.held)
	if known > 0 {
		s.held = append(s.held, p...)
		p = s.held
	}
	n := headEnd(p, known)
	switch {
	case n > 0:
	case len(p) > maxHeader: // no head: give up
		s.wire, s.held = nil, nil
		return p
	default:
		if known == 0 {
			s.held = bytes.Clone(p)
		}
		return nil
	}
	s.held = nil
	head := string(p[:n])
	if s.wire.Status != 0 && !strings.HasPrefix(head, "HTTP/1.1 "+strconv.Itoa(s.wire.Status)+" ") {
		return p
	}
	out := append(respell(room[:0], head, s.wire), p[n:]...)
	s.wire = nil
	return out
}

// respell appends head to out with its fields ordered and spelled as in wire.
// Fields that wire lacks come last.
func respell(out []byte, head string, wire *exchange.Message) []byte {
	start, fields := splitHead(head, make(exchange.Header, 0, 32)) // on the stack
	// net/http would fill in an empty reason.
	if wire.Status != 0 {
		start = "HTTP/1.1 " + strconv.Itoa(wire.Status) + " " + wire.Reason
	}
	out = append(append(out, start...), '\r', '\n')
	if wire.Status == 0 {
		fields = spellEmptiness(fields, wire.Header)
	}
	for _, w := range wire.Header {
		i := slices.IndexFunc(fields, func(f exchange.Field) bool { return f.Name != "" && strings.EqualFold(f.Name, w.Name) })
		switch {
		case i >= 0:
			out = appendField(out, w.Name, fields[i].Value)
			fields[i].Name = ""
		case suppressed(wire.Status, w.Name):
			out = appendField(out, w.Name, w.Value)
		}
	}
	for _, f := range fields {
		if f.Name != "" {
			out = appendField(out, f.Name, f.Value)
		}
	}
	return append(out, '\r', '\n')
}

// spellEmptiness lets a request without content say so only if it did when it
// came: net/http adds a Content-Length of 0 to a POST and drops it from a GET. A
// server may well answer 411 to the lack of it.
func spellEmptiness(fields, wire exchange.Header) exchange.Header {
	isLength := func(f exchange.Field) bool { return strings.EqualFold(f.Name, "Content-Length") }
	i, has := slices.IndexFunc(fields, isLength), wire.Has("Content-Length")
	switch {
	case i >= 0 && !has && fields[i].Value == "0":
		fields[i].Name = ""
	case i < 0 && has && strings.Trim(wire.Get("Content-Length"), "0") == "" && !fields.Has("Transfer-Encoding"):
		fields = append(fields, exchange.Field{Name: "Content-Length", Value: wire.Get("Content-Length")})
	}
	return fields
}

// suppressed reports whether net/http leaves out a field of a response without
// content, which describes the content that is not there. RFC 9110, sections 8.6
// and 15.4.5, let a 304 have both.
func suppressed(status int, name string) bool {
	switch status {
	case http.StatusNotModified:
		return strings.EqualFold(name, "Content-Length") || strings.EqualFold(name, "Content-Type")
	case http.StatusNoContent:
		return strings.EqualFold(name, "Content-Length")
	}
	return false
}

func appendField(b []byte, name, value string) []byte {
	b = append(append(b, name...), ": "...)
	return append(append(b, value...), '\r', '\n')
}
