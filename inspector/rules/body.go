package rules

import (
	"encoding/json"
	"errors"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// decoded is the content of m without its content coding, at most
// exchange.HeadSize of it. It is nil where the coding is not known or not the
// one that is named.
func decoded(m *exchange.Message) []byte {
	codings := m.Header.List("Content-Encoding")
	if len(codings) == 0 || len(m.Body.Data) == 0 {
		return m.Body.Data
	}
	out, err := content.Decode(m.Body.Data, codings, exchange.HeadSize)
	var broken *content.CodingError
	if errors.As(err, &broken) && (broken.Kind == content.CodingUnknown || broken.Kind == content.CodingMismatch) {
		return nil
	}
	return out // what was read before an error is the head of the content
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
