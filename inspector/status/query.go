package status

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A query is cut at these bounds, so that no input makes a search slow.
const (
	maxQueryBytes = 256
	maxQueryWords = 12
)

// query is a search, taken apart. The filters hold normalized values; one
// without a value, as while it is being typed, is left out.
type query struct {
	words   []string
	topics  []string
	headers []string
}

func parse(text string) query {
	var q query
	if len(text) > maxQueryBytes {
		text = text[:maxQueryBytes]
	}
	for _, token := range tokens(strings.ToLower(text)) {
		key, value, isFilter := strings.Cut(token, ":")
		switch {
		case isFilter && (key == "cat" || key == "category"):
			if value = strings.Join(words(value), " "); value != "" {
				q.topics = append(q.topics, value)
			}
		case isFilter && (key == "header" || key == "field"):
			if value = strings.TrimSpace(value); value != "" {
				q.headers = append(q.headers, value)
			}
		default:
			q.words = append(q.words, words(token)...)
		}
	}
	if len(q.words) > maxQueryWords {
		q.words = q.words[:maxQueryWords]
	}
	return q
}

// tokens splits at white space outside double quotes and drops the quotes.
func tokens(text string) []string {
	var list []string
	var token strings.Builder
	quoted := false
	for _, r := range text + " " {
		switch {
		case r == '"':
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			if token.Len() > 0 {
				list = append(list, token.String())
				token.Reset()
			}
		default:
			token.WriteRune(r)
		}
	}
	if token.Len() > 0 { // an open quote
		list = append(list, token.String())
	}
	return list
}

// words are the lower-case runs of letters and digits in text; an apostrophe
// joins ("I'm" is "im").
func words(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "'", "")
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (q query) narrowed() bool { return len(q.topics)+len(q.headers) > 0 }

// admits tells whether all filters let c through.
func (q query) admits(c Code) bool {
	for _, value := range q.topics {
		if !slices.ContainsFunc(categoriesOf(c), func(name string) bool { return categoryMatches(name, value) }) {
			return false
		}
	}
	for _, value := range q.headers {
		if !slices.ContainsFunc(c.Fields, func(name string) bool { return strings.HasPrefix(strings.ToLower(name), value) }) {
			return false
		}
	}
	return true
}

// categoriesOf are the names that cat: knows a code by: its topics, its class
// and its hundred ("4xx").
func categoriesOf(c Code) []string {
	names := []string{string(c.Class)}
	if c.Class != OutOfRange {
		names = append(names, strconv.Itoa(c.Number/100)+"xx")
	}
	for _, t := range c.Topics {
		names = append(names, strings.ToLower(string(t)))
	}
	return names
}

// categoryMatches lets a value stand for the beginning of the name or of one of
// its words: "proxy" is "gateway and proxy".
func categoryMatches(name, value string) bool {
	return strings.Contains(" "+name, " "+value)
}

// NoMatch says why a query finds nothing and what to try instead. It is empty
// if the query finds something.
func NoMatch(text string) string {
	if len(Search(text)) > 0 {
		return ""
	}
	q := parse(text)
	for _, value := range q.topics {
		names := categories()
		if !slices.ContainsFunc(names, func(name string) bool { return categoryMatches(name, value) }) {
			return fmt.Sprintf("no category %q; the nearest is %q. The categories are: %s.",
				value, nearest(value, names), strings.Join(names, ", "))
		}
	}
	for _, value := range q.headers {
		names := fields()
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(strings.ToLower(name), value) }) {
			return fmt.Sprintf("no code goes with the header field %q; the nearest is %q.", value, nearest(value, names))
		}
	}
	if len(q.words) == 1 {
		if n, err := strconv.Atoi(q.words[0]); err == nil {
			return Explain(n)
		}
	}
	if q.narrowed() {
		return "no status code fits all of this; leave out cat: or header:, or use fewer words."
	}
	return fmt.Sprintf("no status code fits %q; search by number (404), its beginning (4xx), class (client error) or words (too many).",
		strings.Join(q.words, " "))
}

// categories are all the names that cat: knows, as one would browse them.
func categories() []string {
	var names []string
	for _, topic := range topics {
		names = append(names, strings.ToLower(string(topic)))
	}
	for _, class := range classes {
		if !slices.Contains(names, string(class)) { // success is both
			names = append(names, string(class))
		}
	}
	return append(names, "1xx", "2xx", "3xx", "4xx", "5xx")
}

// fields are the header fields that header: knows.
func fields() []string {
	var names []string
	for _, c := range table {
		for _, name := range c.Fields {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
