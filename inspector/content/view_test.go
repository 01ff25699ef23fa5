package content

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func message(contentType, encoding string, raw []byte) *exchange.Message {
	m := &exchange.Message{Body: exchange.Body{State: exchange.WholeBody, Size: int64(len(raw)), Kept: int64(len(raw)), Expected: -1}}
	if contentType != "" {
		m.Header = append(m.Header, exchange.Field{Name: "Content-Type", Value: contentType})
	}
	if encoding != "" {
		m.Header = append(m.Header, exchange.Field{Name: "Content-Encoding", Value: encoding})
	}
	if len(raw) == 0 {
		m.Body.State = exchange.NoBody
	}
	return m
}

func TestView(t *testing.T) {
	json := []byte(`{"list":"` + strings.Repeat("0123456789", 500) + `"}`)
	packed := compress(t, "gzip", json)
	for _, test := range []struct {
		name     string
		change   func(m *exchange.Message)
		m        *exchange.Message
		raw      []byte
		kind     Kind
		complete bool
		failed   bool
		notes    []string
	}{
		{"plain", nil, message("application/json", "", json), json, JSON, true, false, nil},
		{"gzip", nil, message("application/json", "gzip", packed), packed, JSON, true, false, []string{"gzip " + FormatSize(int64(len(packed))) + " -> 4.9 KiB"}},
		{"not gzip", nil, message("application/json", "gzip", json), json, JSON, false, true, []string{"not valid gzip: it is plain text"}},
		{"truncated", nil, message("application/json", "gzip", packed[:50]), packed[:50], JSON, false, true, []string{"gzip is cut off after 50 B", "gzip 50 B -> "}},
		{"cut", func(m *exchange.Message) {
			m.Body.State, m.Body.Size, m.Body.Kept = exchange.CutBody, 10<<20, 4<<20
		}, message("application/json", "gzip", packed[:50]), packed[:50], JSON, false, false, []string{"cut: 4 MiB of 10 MiB kept", "the first 50 B of 4 MiB", "gzip 50 B -> "}},
		{"interrupted", func(m *exchange.Message) {
			m.Body.State, m.Body.Expected = exchange.InterruptedBody, 9000
		}, message("application/json", "", json), json, JSON, false, false, []string{"interrupted after 4.9 KiB of 8.8 KiB"}},
		{"not recorded", func(m *exchange.Message) {
			m.Body.State, m.Body.Size = exchange.UnrecordedBody, 2048
		}, message("application/json", "gzip", nil), nil, Empty, false, false, []string{"not recorded: 2 KiB passed by"}},
		{"empty", nil, message("application/json", "gzip", nil), nil, Empty, true, false, nil},
		{"charset", nil, message("text/plain; charset=windows-1252", "", []byte("caf\xe9")), []byte("caf\xe9"), Text, true, false, []string{"charset windows-1252"}},
		{"label", nil, message("application/json", "", []byte("<html>x")), []byte("<html>x"), HTML, true, false, []string{"labelled application/json, looks like html"}},
		{"unknown coding", nil, message("text/plain", "utf-8", []byte("x")), []byte("x"), Text, false, true, []string{"unknown content coding utf-8"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.change != nil {
				test.change(test.m)
			}
			v := NewView(test.m, test.raw)
			same := slices.EqualFunc(v.Notes, test.notes, func(got, want string) bool {
				return got == want || strings.HasSuffix(want, "-> ") && strings.HasPrefix(got, want)
			})
			if v.Kind != test.kind || v.Complete != test.complete || (v.Err != nil) != test.failed || !same {
				t.Errorf("got %s complete:%v %v %q", v.Kind, v.Complete, v.Err, v.Notes)
			}
			if test.kind == JSON && test.raw != nil && !bytes.HasPrefix(json, v.Data) {
				t.Errorf("data %.40q", v.Data)
			}
		})
	}
}
