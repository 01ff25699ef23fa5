package endpoint

import (
	"strings"
)

// Form is how a JSON value reports an error: the member that holds the message,
// and those around it, e.g. `{"error":{"message"}}`. Members that an API adds
// at times, e.g. a request ID, do not count. It is "" for what reports none.
func Form(v any) string {
	object, _ := v.(map[string]any)
	if object == nil {
		return ""
	}
	for _, name := range []string{"error", "errors", "detail", "fault"} {
		switch e := object[name].(type) {
		case map[string]any:
			if inner := messageName(e); inner != "" {
				return `{"` + name + `":{"` + inner + `"}}`
			}
			if name != "detail" && len(e) > 0 && object["message"] == nil {
				return `{"` + name + `":{FIELD}}`
			}
		case []any:
			if object["message"] != nil || object["title"] != nil || len(e) == 0 {
				continue
			}
			if first, ok := e[0].(map[string]any); ok {
				if inner := messageName(first); inner != "" {
					return `{"` + name + `":[{"` + inner + `"}]}`
				}
			}
			if _, ok := e[0].(string); ok {
				return `{"` + name + `":[TEXT]}`
			}
		}
	}
	if object["title"] != nil && (object["status"] != nil || object["type"] != nil || object["detail"] != nil) {
		return `{"title"}` // problem details: detail may be left out (RFC 9457 section 3.1)
	}
	if name := messageName(object); name != "" {
		return `{"` + name + `"}`
	}
	if s, ok := object["error"].(string); ok && s != "" {
		return `{"error"}`
	}
	return ""
}

func messageName(object map[string]any) string {
	for _, name := range []string{"message", "error_description", "detail", "msg", "error_message", "errorMessage", "Message", "reason", "description"} {
		if s, ok := object[name].(string); ok && s != "" {
			return name
		}
	}
	return ""
}

// Says is what an error says, in a form that is equal for equal scenarios: its
// own code if it is a word, else its message without numbers and quoted values.
// It is "" for errors that say nothing of their own.
func Says(v any) string {
	object, _ := v.(map[string]any)
	inner, _ := object["error"].(map[string]any)
	for _, o := range []map[string]any{inner, object} {
		for _, name := range []string{"code", "error_code", "errorCode"} {
			if s, ok := o[name].(string); ok && isCode(s) {
				return s
			}
		}
	}
	for _, o := range []map[string]any{inner, object} {
		if name := messageName(o); name != "" {
			if s := normal(o[name].(string)); strings.Count(s, " ") >= 2 {
				return s
			}
		}
	}
	if s, ok := object["error"].(string); ok {
		if s = normal(s); strings.Count(s, " ") >= 1 || strings.ContainsAny(s, "_-") {
			return s
		}
	}
	return ""
}

// isCode reports whether s is a word with which a program names a scenario.
func isCode(s string) bool {
	if len(s) < 4 || len(s) > 64 || strings.Trim(s, "0123456789") == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter, digit := 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9'
		if !letter && !digit && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// normal is a message in lower case with its values left out.
func normal(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		switch {
		case IsID(strings.Trim(w, `"'.,:;()#`)):
			words[i] = "#"
		case strings.ContainsAny(w, `"'`+"`"):
			words[i] = "…"
		}
	}
	if len(words) > 16 {
		words = words[:16]
	}
	return strings.Trim(strings.ToValidUTF8(strings.Join(words, " "), ""), ".!")
}
