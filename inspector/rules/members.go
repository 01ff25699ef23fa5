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
		switch jsonBytes[s[i]] {
		case jsonInner:
		case jsonQuote:
			end := stringEnd(s, i)
			if end < 0 {
				return "", ""
			}
			i = end
			if depth == 0 {
				return s[:i+1], s[i+1:]
			}
		case jsonOpen:
			depth++
		case jsonClose:
			if depth == 0 {
				return s[:i], s[i:]
			}
			if depth--; depth == 0 {
				return s[:i+1], s[i+1:]
			}
		case jsonEnd:
			if depth == 0 {
				return s[:i], s[i:]
			}
		}
	}
	return "", ""
}

// The bytes between the values of JSON, by what they do.
const (
	jsonInner = iota
	jsonQuote
	jsonOpen
	jsonClose
	jsonEnd
)

var jsonBytes = [256]uint8{
	'"': jsonQuote, '{': jsonOpen, '[': jsonOpen, '}': jsonClose, ']': jsonClose,
	',': jsonEnd, ' ': jsonEnd, '\t': jsonEnd, '\r': jsonEnd, '\n': jsonEnd,
}

// stringEnd is the index of the quote that ends the string which begins at i.
func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		if s[i] == '"' {
			return i
		}
		if s[i] == '\\' {
			i++
		}
	}
	return -1
}

// topMembers is what one look at the top members of a JSON object tells.
type topMembers struct {
	names memberNames
	// reports: there is a member by which interfaces report errors, with a value
	// that does.
	reports bool
	// failed: the first member called errors is true.
	failed bool
}

// memberNames are the members that rules look for.
type memberNames uint8

const (
	memberError memberNames = 1 << iota
	memberErrors
	memberItems
	memberJSONRPC
)

// top are the top members of the response's content, as far as it is JSON.
func (c *Case) top() topMembers {
	return c.members.get(func() topMembers { return topOf(c.WholeText()) })
}

func topOf(s string) (t topMembers) {
	if strings.HasPrefix(strings.TrimLeft(s, jsonSpace), "[") {
		t.reports = strings.Contains(s, `"error"`) // a batch of answers, as of JSON-RPC
		return t
	}
	for name, value := range members(s) {
		switch name {
		case "error":
			t.names |= memberError
		case "errors":
			t.failed = t.failed || t.names&memberErrors == 0 && value == "true"
			t.names |= memberErrors
		case "items":
			t.names |= memberItems
		case "jsonrpc":
			t.names |= memberJSONRPC
		}
		t.reports = t.reports || reportsError(name, value)
	}
	return t
}

// reportsError reports whether the member is one by which interfaces report
// errors, with a value that does.
func reportsError(name, value string) bool {
	switch name {
	case "success", "ok", "succeeded":
		return value == "false"
	case "status":
		v := strings.ToLower(value)
		return v == `"error"` || v == `"fail"` || v == `"failure"` || v == `"failed"`
	case "error", "errors":
		return value != "null" && value != "[]" && value != `""` && value != "{}" && value != "false"
	}
	return false
}
