package tap

import (
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"
)

// TestFaultsOfFields: what makes a response malformed, and what of it browsers
// forgive.
func TestFaultsOfFields(t *testing.T) {
	for _, test := range []struct {
		name              string
		fields            []string
		strict, forgiving string // the field at fault for other clients and for browsers
	}{
		{"good", []string{":status", "content-type", "x-a"}, "", ""},
		{"unknown pseudo-field", []string{":status", ":other"}, "", ""},
		{"pseudo-field behind others", []string{"x-a", ":status"}, ":status", ":status"},
		{"two statuses", []string{":status", ":status"}, ":status", ":status"},
		{"upper case", []string{":status", "X-A"}, "X-A", "X-A"},
		{"no name", []string{":status", "x a"}, "x a", "x a"},
		{"transfer coding", []string{":status", "transfer-encoding"}, "transfer-encoding", "transfer-encoding"},
		{"connection", []string{":status", "connection"}, "connection", ""},
	} {
		var b fieldBlock
		b.begin(1, false, time.Time{})
		for _, name := range test.fields {
			b.add(hpack.HeaderField{Name: name, Value: "200"})
		}
		if name, _ := b.fault(false); name != test.strict {
			t.Errorf("%s: the field at fault is %q, want %q", test.name, name, test.strict)
		}
		if name, _ := b.fault(true); name != test.forgiving {
			t.Errorf("%s: the field at fault for a browser is %q, want %q", test.name, name, test.forgiving)
		}
	}
	var b fieldBlock
	b.begin(1, false, time.Time{})
	b.add(hpack.HeaderField{Name: "x-a", Value: "a\r\nb: c"})
	if name, _ := b.fault(true); name != "x-a" {
		t.Errorf("a line end in a value: the field at fault is %q", name)
	}
}
