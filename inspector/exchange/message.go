package exchange

import "strings"

// Message is a request or a response (RFC 9110 section 6).
type Message struct {
	// Method and Target are the request line's, as sent: Target is the
	// request-target (RFC 9112 section 3.2) or, in HTTP/2, the :path.
	Method, Target string
	// Status and Reason are the status line's. HTTP/2 has no reason.
	Status int
	Reason string
	// Proto is "HTTP/1.0", "HTTP/1.1" or "HTTP/2.0".
	Proto string
	// Header are the header fields in wire order and case. HTTP/2 pseudo-fields
	// are not among them.
	Header Header
	// Trailer are the trailer fields; nil if none came.
	Trailer Header
	Body    Body
}

// Field is one field line. Name and Value are the bytes of the wire, which need
// not be UTF-8; white space around the value is not part of it.
type Field struct{ Name, Value string }

// Header is a list of field lines in wire order.
type Header []Field

// Get returns the value of the first field line called name, in any case.
// Absent and empty look alike: use Has where that matters.
func (h Header) Get(name string) string {
	for _, f := range h {
		if sameName(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has reports whether a field line called name exists, in any case.
func (h Header) Has(name string) bool {
	for _, f := range h {
		if sameName(f.Name, name) {
			return true
		}
	}
	return false
}

// Values returns the values of all field lines called name, in any case and in
// wire order; nil if there are none.
func (h Header) Values(name string) []string {
	var vs []string
	for _, f := range h {
		if sameName(f.Name, name) {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// sameName compares names of fields. Most are told apart by their length, and
// most that are equal are spelled alike.
func sameName(a, b string) bool {
	return len(a) == len(b) && (a == b || strings.EqualFold(a, b))
}

// List returns the members of a comma-separated list field, over all its lines
// (RFC 9110 section 5.6.1): trimmed, without empty members. Commas in quoted
// strings do not separate.
func (h Header) List(name string) []string {
	var members []string
	for _, v := range h.Values(name) {
		members = appendList(members, v)
	}
	return members
}

// maxMembers bounds the members of a list that are looked at.
const maxMembers = 1000

// HasToken reports whether the list field name has the member token, in any
// case, e.g. HasToken("Connection", "upgrade"). Parameters after ";" are
// ignored.
func (h Header) HasToken(name, token string) bool {
	if !h.Has(name) {
		return false
	}
	for _, m := range h.List(name) {
		m, _, _ = strings.Cut(m, ";")
		if strings.EqualFold(strings.TrimSpace(m), token) {
			return true
		}
	}
	return false
}

func appendList(members []string, v string) []string {
	start, quoted := 0, false
	for i := 0; i <= len(v) && len(members) < maxMembers; i++ {
		if i < len(v) {
			switch c := v[i]; {
			case quoted && c == '\\' && i+1 < len(v):
				i++
				continue
			case c == '"':
				quoted = !quoted
				continue
			case c != ',' || quoted:
				continue
			}
		}
		if m := strings.Trim(v[start:i], " \t"); m != "" {
			members = append(members, m)
		}
		start = i + 1
	}
	return members
}

// MediaType returns the media type of Content-Type in lower case without its
// parameters, or "" if there is none.
func (m *Message) MediaType() string {
	v, _, _ := strings.Cut(m.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.Trim(v, " \t"))
}
