package rules

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"

	"github.com/andybalholm/brotli"

	"httpwhy/inspector/exchange"
)

// decoded is the content of m without its content coding, at most
// exchange.HeadSize of it. It is nil where the coding is not known.
func decoded(m *exchange.Message) []byte {
	data := m.Body.Data
	if len(data) == 0 {
		return nil
	}
	var r io.Reader
	switch coding := strings.ToLower(m.Header.Get("Content-Encoding")); coding {
	case "", "identity":
		return data
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil
		}
		r = z
	case "br":
		r = brotli.NewReader(bytes.NewReader(data))
	default:
		return nil
	}
	// What was read before an error is the head of the content.
	out, _ := io.ReadAll(io.LimitReader(r, exchange.HeadSize))
	return out
}

// parseJSON returns the JSON value that s is, nil if it is none.
func parseJSON(s string) any {
	s = strings.TrimLeft(s, " \t\r\n")
	if s == "" || s[0] != '{' && s[0] != '[' {
		return nil
	}
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return nil
	}
	return v
}

// member returns the first string or number among the members with these
// names, in any case, of a JSON object.
func member(v any, names ...string) string {
	object, _ := v.(map[string]any)
	for _, name := range names {
		for key, value := range object {
			if !strings.EqualFold(key, name) {
				continue
			}
			switch value := value.(type) {
			case string:
				if value != "" {
					return value
				}
			case float64:
				b, _ := json.Marshal(value)
				return string(b)
			}
		}
	}
	return ""
}
