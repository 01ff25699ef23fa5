package content

import "strings"

const (
	// parameterStart are the bytes before the name of a parameter, parameterEnd
	// those behind its value: in a query, or in text that quotes one.
	parameterStart = "?&;# \t\n\f\r\"',{("
	parameterEnd   = "& \t\n\f\r\"'<>;,#"
	// maxParameterName bounds the name of a parameter, in bytes.
	maxParameterName = 64
)

// maskQuery hides the values of secret parameters, name=value, in a text.
func maskQuery(s string) string {
	var b strings.Builder
	copied, from := 0, 0 // s[:copied] is in b; the next name begins at from or later
	for i := 0; i < len(s); i++ {
		eq := strings.IndexByte(s[i:], '=')
		if eq < 0 {
			break
		}
		i += eq
		name := parameterName(s, from, i)
		if name == "" {
			continue
		}
		value := s[i+1:]
		if end := strings.IndexAny(value, parameterEnd); end >= 0 {
			value = value[:end]
		}
		if value == "" {
			continue
		}
		if masked := MaskValue(name, value); masked != value {
			b.WriteString(s[copied : i+1])
			b.WriteString(masked)
			copied = i + 1 + len(value)
		}
		i += len(value)
		from = i + 1
	}
	if copied == 0 {
		return s
	}
	b.WriteString(s[copied:])
	return b.String()
}

// parameterName is the name that ends at s[to], "" if none does.
func parameterName(s string, from, to int) string {
	i := to
	for i > from && parameterByte(s[i-1]) {
		if i--; to-i > maxParameterName {
			return ""
		}
	}
	if i == to || i > 0 && (i == from || strings.IndexByte(parameterStart, s[i-1]) < 0) {
		return ""
	}
	return s[i:to]
}

func parameterByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("_.-[]%", c) >= 0
}
