package rules

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "path-placeholder-unresolved", Title: "The URL contains a placeholder", Family: Method, Severity: exchange.SeverityError,
	Explain:   "A value was missing when the URL was put together, so a word such as undefined, or the placeholder itself, stands in its place.",
	FixClient: "Check the value before the URL is made.",
	FixServer: "Nothing: the client sends a wrong URL.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-404-not-found",
	When:      statusFrom(400, 599),
	Check: func(c *Case) *Finding {
		word := placeholder(c.X.URL)
		if word == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The URL contains %s where a value belongs: %s.", word, clip(pathOf(c.X.URL), 80)),
			Short:    clip(word+" in the URL", shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check the value before the URL is made:", Copy: "if (id == null) throw new Error('id is missing')"},
				Server: exchange.Advice{Text: "Nothing: the client sends a wrong URL."},
			},
		}
	},
	Examples: []Example{
		{Name: "undefined", Finds: "The URL contains undefined where a value belongs", HTTP: `> GET http://api.test/users/undefined/orders HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "braces", Finds: "contains {id}", HTTP: `> GET http://api.test/users/%7Bid%7D HTTP/1.1
< HTTP/1.1 400 Bad Request`},
		{Name: "object", Finds: "[object Object]", HTTP: `> GET http://api.test/users?filter=[object%20Object] HTTP/1.1
< HTTP/1.1 500 Internal Server Error`},
		{Name: "part-of-a-word", Also: []string{"not-found"}, HTTP: `> GET http://api.test/docs/undefined-behaviour/nullable HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "worked", HTTP: `> GET http://api.test/words/null HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// placeholders are whole path segments or query values.
var placeholders = regexp.MustCompile(`(?:[/=])(undefined|null|NaN|None|\[object Object\]|\{[A-Za-z_]\w*\}|\$\{[A-Za-z_][\w.]*\}|:[A-Za-z_]\w*Id|:id)(?:[/?&#]|$)`)

// placeholderMarks are parts of the placeholders, one of each: most paths have
// none.
var placeholderMarks = []string{"undefined", "null", "NaN", "None", "[object", "{", ":"}

// placeholder is the first placeholder in path and query, "" if there is none.
func placeholder(target string) string {
	r := exchange.Row{URL: target}
	path := r.Path()
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	if !slices.ContainsFunc(placeholderMarks, func(mark string) bool { return strings.Contains(path, mark) }) {
		return ""
	}
	if m := placeholders.FindStringSubmatch(path); m != nil {
		return m[1]
	}
	return ""
}
