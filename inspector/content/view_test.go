package content

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

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

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		contentType, data string
		want              Kind
	}{
		{"application/json; charset=utf-8", `{"a":1}`, JSON},
		{"application/problem+json", `{`, JSON},
		{"application/json", "<!DOCTYPE html><title>x", HTML},
		{"application/json", "name=x", JSON},
		{"application/x-ndjson", "{}\n{}", NDJSON},
		{"application/x-www-form-urlencoded", "a=1", Form},
		{"application/x-www-form-urlencoded", `{"a":1}`, JSON},
		{"text/plain", `{"a":1}`, JSON},
		{"text/plain", "[info] started", Text},
		{"text/plain", "hello", Text},
		{"text/plain", "\x89PNG\r\n\x1a\n", Image},
		{"", `[1]`, JSON},
		{"", "<?xml version='1.0'?><a/>", XML},
		{"", "\x00\x01\x02", Binary},
		{"application/octet-stream", "hello", Text},
		{"image/svg+xml", "<svg/>", XML},
		{"image/png", "\x89PNG\r\n\x1a\n", Image},
		{"multipart/form-data; boundary=x", "--x", Multipart},
		{"application/grpc+proto", "\x00", GRPC},
		{"application/x-protobuf", "\x08\x01", Protobuf},
		{"text/event-stream", "data: x", SSE},
		{"text/javascript", "let a", JavaScript},
		{"text/css", "a{}", CSS},
		{"text/html", "", Empty},
	} {
		if got := Sniff(test.contentType, []byte(test.data)); got != test.want {
			t.Errorf("%s %q: %s, want %s", test.contentType, test.data, got, test.want)
		}
	}
}

func TestToUTF8(t *testing.T) {
	const text = "日本語テキスト"
	sjis, _ := japanese.ShiftJIS.NewEncoder().String(text)
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	for _, test := range []struct {
		name, contentType string
		kind              Kind
		in, want          string
		charset           Charset
	}{
		{"declared", "text/plain; charset=Shift_JIS", Text, sjis, text, Charset{"shift_jis", "Content-Type", false, -1}},
		{"BOM wins", "text/plain; charset=Shift_JIS", Text, "\xef\xbb\xbf" + text, text, Charset{"utf-8", "BOM", false, -1}},
		{"UTF-16", "text/plain", Text, utf16, text, Charset{"utf-16le", "BOM", false, -1}},
		{"meta", "text/html", HTML, "<meta charset='shift_jis'>" + sjis, "<meta charset='shift_jis'>" + text, Charset{"shift_jis", "meta", false, -1}},
		{"http-equiv", "text/html", HTML, `<meta http-equiv=Content-Type content="text/html; charset=shift_jis">` + sjis, `<meta http-equiv=Content-Type content="text/html; charset=shift_jis">` + text, Charset{"shift_jis", "meta", false, -1}},
		{"XML", "text/xml", XML, `<?xml version="1.0" encoding="windows-1252"?><a>` + "\xe9", `<?xml version="1.0" encoding="windows-1252"?><a>é`, Charset{"windows-1252", "XML declaration", false, -1}},
		{"UTF-8", "text/plain", Text, text, text, Charset{"utf-8", "content", false, -1}},
		{"cut UTF-8", "text/plain", Text, text[:4], text[:4], Charset{"utf-8", "content", false, -1}},
		{"guess", "text/plain", Text, "caf\xe9 au lait", "café au lait", Charset{"windows-1252", "guess", false, -1}},
		{"invalid UTF-8", "text/plain; charset=utf-8", Text, "caf\xe9 au lait", "caf\xe9 au lait", Charset{"utf-8", "Content-Type", false, 3}},
		{"invalid JSON", "application/json", JSON, "\"caf\xe9 au lait\"", "\"caf\xe9 au lait\"", Charset{"utf-8", "content", false, 4}},
		{"unknown", "text/plain; charset=utf-9", Text, "a", "a", Charset{"utf-9", "Content-Type", true, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, charset := ToUTF8([]byte(test.in), test.contentType, test.kind)
			if string(got) != test.want || charset != test.charset {
				t.Errorf("got %q %+v", got, charset)
			}
		})
	}
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
