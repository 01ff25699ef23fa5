package rules

import (
	"iter"
	"strings"
)

// members yields the names and the raw values of the top members of the JSON
// object s, without building anything: most content has to be looked at only to
// see that it needs no look. It stops where s is no JSON; escaped names come as
// they are spelled.
func members(s string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		s := strings.TrimLeft(s, jsonSpace)
		if s == "" || s[0] != '{' {
			return
		}
		for {
			s = strings.TrimLeft(s[1:], jsonSpace)
			name, rest := jsonValue(s)
			if len(name) < 2 || name[0] != '"' {
				return
			}
			s = strings.TrimLeft(rest, jsonSpace)
			if s == "" || s[0] != ':' {
				return
			}
			value, rest := jsonValue(strings.TrimLeft(s[1:], jsonSpace))
			if value == "" || !yield(name[1:len(name)-1], value) {
				return
			}
			s = strings.TrimLeft(rest, jsonSpace)
			if s == "" || s[0] != ',' {
				return
			}
		}
	}
}

const jsonSpace = " \t\r\n"

// jsonValue cuts the value off with which s begins, "" if none ends in s.
func jsonValue(s string) (value, rest string) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			end := stringEnd(s, i)
			if end < 0 {
				return "", ""
			}
			i = end
			if depth == 0 {
				return s[:i+1], s[i+1:]
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s[:i], s[i:]
			}
			if depth--; depth == 0 {
				return s[:i+1], s[i+1:]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s[:i], s[i:]
			}
		}
	}
	return "", ""
}

// stringEnd is the index of the quote that ends the string which begins at i.
func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// mayReportError reports whether the JSON s has a top member by which
// interfaces report errors, with a value that does.
func mayReportError(s string) bool {
	if strings.HasPrefix(strings.TrimLeft(s, jsonSpace), "[") {
		return strings.Contains(s, `"error"`) // a batch of answers, as of JSON-RPC
	}
	for name, value := range members(s) {
		switch name {
		case "success", "ok", "succeeded":
			if value == "false" {
				return true
			}
		case "status":
			if v := strings.ToLower(value); v == `"error"` || v == `"fail"` || v == `"failure"` || v == `"failed"` {
				return true
			}
		case "error", "errors":
			if value != "null" && value != "[]" && value != `""` && value != "{}" && value != "false" {
				return true
			}
		}
	}
	return false
}
