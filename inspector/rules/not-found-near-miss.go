package rules

import (
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "not-found-near-miss", Title: "Nothing is here, but at a path much like it", Family: Method, Severity: exchange.SeverityError,
	Explain:   "Paths are compared byte by byte: case, slashes, prefixes and plurals count. A request with another spelling of this path has succeeded at this host.",
	FixClient: "Use the path that works.",
	FixServer: "Redirect the other spelling with 308, if clients use it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2",
	When:      status(404),
	Check: func(c *Case) *Finding {
		n := c.Links.Nearest
		if n == nil || c.unasked() || !c.accepts(n.Response.MediaType()) {
			return nil
		}
		here, there := pathOnly(c.X.URL), pathOnly(n.URL)
		return &Finding{
			Confidence: exchange.Likely, Related: []exchange.ID{n.ID},
			Verdict: fmt.Sprintf("Likely: %s is meant: it answered %d in #%d; %s.", clip(there, 60), n.Response.Status, n.ID, spellingDifference(here, there)),
			Short:   clip("404: try "+there, shortCells),
			Evidence: []exchange.Evidence{
				c.requestLine(""), c.statusLine(""),
				{Exchange: n.ID, Part: exchange.RequestLine, Name: n.Request.Method, Value: clip(there, 80), Note: statusText(n.Response)},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Use the path that works:", Copy: curl(c.X.Request.Method, strings.Replace(c.X.URL, here, there, 1))},
				Server: exchange.Advice{Text: "Redirect the other spelling, if clients use it:", Copy: "rewrite ^" + here + "$ " + there + " permanent;"},
			},
		}
	},
	Examples: []Example{
		{Name: "prefix", Finds: "Likely: /api/users is meant: it answered 200 in #1", HTTP: nearMiss("/api/users", "/users")},
		{Name: "slash", Finds: "the slash at the end differs", HTTP: nearMiss("/users/", "/users")},
		{Name: "case", Finds: "upper and lower case differ", HTTP: nearMiss("/Users", "/users")},
		{Name: "plural", Finds: "/items/7 is meant", HTTP: nearMiss("/items/7", "/item/7")},
		{Name: "other-id", Also: []string{"not-found"}, HTTP: nearMiss("/items/7", "/items/8")},
		{Name: "page-and-data", Also: []string{"not-found"}, HTTP: strings.NewReplacer(
			"> GET http://api.test/terminals HTTP/1.1", "> GET http://api.test/terminals HTTP/1.1\n> Accept: text/html,application/xhtml+xml,*/*;q=0.8",
			"200 OK", "200 OK\n< Content-Type: application/json").Replace(nearMiss("/api/terminals", "/terminals"))},
		{Name: "icon", HTTP: strings.ReplaceAll(nearMiss("/api/favicon.ico", "/favicon.ico"), "HTTP/1.1\n<", "HTTP/1.1\n> User-Agent: Mozilla/5.0\n<")},
		{Name: "same", Also: []string{"not-found"}, HTTP: nearMiss("/items/7", "/items/7")},
	},
})

func nearMiss(works, fails string) string {
	return "* at 2026-11-22T14:00:00Z\n> GET http://api.test" + works + " HTTP/1.1\n< HTTP/1.1 200 OK\n* took 5ms\n" +
		"* at 2026-11-22T14:00:09Z\n> GET http://api.test" + fails + " HTTP/1.1\n< HTTP/1.1 404 Not Found\n* took 5ms\n"
}

// pathOnly is the path of a URL as it was spelled.
func pathOnly(target string) string {
	r := exchange.Row{URL: target}
	path, _, _ := strings.Cut(r.Path(), "?")
	return path
}

func spellingDifference(here, there string) string {
	a, errA := url.PathUnescape(here)
	b, errB := url.PathUnescape(there)
	switch {
	case strings.TrimSuffix(here, "/") == strings.TrimSuffix(there, "/"):
		return "the slash at the end differs"
	case strings.EqualFold(here, there):
		return "upper and lower case differ"
	case strings.ReplaceAll(here, "//", "/") == strings.ReplaceAll(there, "//", "/"):
		return "a slash is doubled"
	case errA == nil && errB == nil && strings.EqualFold(a, b):
		return "the encoding differs"
	case strings.HasSuffix(here, there), strings.HasSuffix(there, here):
		return "the prefix differs"
	}
	return "the spelling differs"
}

// accepts reports whether a resource of the media type may be what was asked
// for: who goes to a page does not mean the data of the same name.
func (c *Case) accepts(mediaType string) bool {
	accept := c.X.Request.Header.Get("Accept")
	return !strings.HasPrefix(accept, "text/html") || mediaType == "" || strings.Contains(accept, mediaType)
}
