package content

import (
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

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
