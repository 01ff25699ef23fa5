package pager

import (
	"bytes"
	"strings"
)

// query is a text to search for.
type query struct {
	text []byte
	fold bool // ASCII letters match in both cases
}

// newQuery folds case unless s has a capital letter.
func newQuery(s string) query {
	fold := !strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	return query{text: []byte(s), fold: fold}
}

// each calls f with the offset of every match in b, from left to right and
// without overlap, until f returns false. buf is scratch space, returned for the
// next call.
func (q query) each(b, buf []byte, f func(i int) bool) []byte {
	if len(q.text) == 0 {
		return buf
	}
	if q.fold {
		buf = appendLower(buf[:0], b)
		b = buf
	}
	for at := 0; ; {
		i := bytes.Index(b[at:], q.text)
		if i < 0 || !f(at+i) {
			return buf
		}
		at += i + len(q.text)
	}
}

// appendLower folds ASCII alone: other letters change their length, and offsets
// must stay.
func appendLower(dst, b []byte) []byte {
	n := len(dst)
	dst = append(dst, b...)
	for i, c := range dst[n:] {
		if c-'A' < 26 {
			dst[n+i] = c | 0x20
		}
	}
	return dst
}
