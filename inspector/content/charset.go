package content

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// Charset says how text was brought to UTF-8.
type Charset struct {
	// Name is the label as declared, or as found, in lower case.
	Name string
	// Source is "BOM", "Content-Type", "meta", "XML declaration", "content"
	// (it is UTF-8) or "guess".
	Source string
	// Unknown: there is no such charset; the text was left as it is.
	Unknown bool
	// Invalid is the offset of the first byte that is not valid in the charset,
	// -1 if all are. It is known for UTF-8 only.
	Invalid int
}

var (
	metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]+)`)
	xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]+)`)
)

// ToUTF8 decodes text. The charset comes from the byte order mark, the charset
// parameter, the text itself (WHATWG HTML, "determining the character
// encoding"), or is guessed. Bytes that are invalid in UTF-8 are kept.
func ToUTF8(data []byte, contentType string, kind Kind) ([]byte, Charset) {
	if name, n := byteOrderMark(data); n > 0 {
		return decodeCharset(data[n:], name, "BOM")
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return decodeCharset(data, params["charset"], "Content-Type")
	}
	head := data[:min(1024, len(data))]
	if kind == HTML {
		if m := metaCharset.FindSubmatch(head); m != nil {
			return decodeCharset(data, asciiCompatible(string(m[1])), "meta")
		}
	}
	if kind == HTML || kind == XML {
		if m := xmlEncoding.FindSubmatch(head); m != nil {
			return decodeCharset(data, asciiCompatible(string(m[1])), "XML declaration")
		}
	}
	if invalid := invalidUTF8(data); invalid < 0 || kind == JSON || kind == NDJSON {
		// RFC 8259 section 8.1: JSON is UTF-8.
		return data, Charset{Name: "utf-8", Source: "content", Invalid: invalid}
	}
	return decodeCharset(data, "windows-1252", "guess")
}

// asciiCompatible corrects a label that stands in the text itself: that could
// be read, so it is not UTF-16 (WHATWG HTML, prescan).
func asciiCompatible(label string) string {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return "utf-8"
	}
	return label
}

func byteOrderMark(data []byte) (string, int) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return "utf-8", 3
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return "utf-16le", 2
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "utf-16be", 2
	}
	return "", 0
}

func decodeCharset(data []byte, label, source string) ([]byte, Charset) {
	c := Charset{Name: strings.ToLower(label), Source: source, Invalid: -1}
	e, err := htmlindex.Get(label)
	if err != nil || e == encoding.Replacement {
		c.Unknown = true
		return data, c
	}
	if name, _ := htmlindex.Name(e); name == "utf-8" {
		c.Invalid = invalidUTF8(data)
		return data, c
	}
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return data, c
	}
	return text, c
}

// invalidUTF8 is the offset of the first invalid byte, -1 if there is none. A
// character cut off at the end is not counted: bodies are cut at any byte.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			if len(data)-i < utf8.UTFMax && !utf8.FullRune(data[i:]) {
				return -1
			}
			return i
		}
		i += n
	}
	return -1
}
