package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "url-encoding-error", Title: "The URL is encoded wrongly", Family: Client, Severity: exchange.SeverityWarning,
	Explain:   "In a URL each special character is written once as % and two hexadecimal digits. Encoded twice, or copied from HTML, it names something else.",
	FixClient: "Encode each part once, before putting the URL together.",
	FixServer: "Nothing to change.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-2.1",
	When:      statusFrom(400, 499),
	Check: func(c *Case) *Finding {
		if s := c.X.Response.Status; s == 401 || s == 403 || s == 429 {
			return nil
		}
		fault, at := encodingFault(c.X.URL)
		if fault == "" {
			return nil
		}
		target := content.MaskURL(c.X.URL)
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("The URL %s: %s.", fault, clip(at, 40)),
			Short:      clip("URL "+fault, shortCells),
			Evidence:   []exchange.Evidence{c.requestLine(fault), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Encode each part once:", Copy: "new URL('" + clip(c.Path(), 60) + "', base).searchParams.set(name, value)"},
				Server: exchange.Advice{Text: "Nothing to change."},
			},
		}
		if c.X.Response.Status == 404 && fault != "is encoded twice" {
			f.Confidence = exchange.Possible // a query rarely decides what is found
		}
		if strings.Contains(target, "&amp;") {
			f.Fix.Client = exchange.Advice{Text: "Decode the HTML first:", Copy: curl(c.X.Request.Method, strings.ReplaceAll(target, "&amp;", "&"))}
		}
		return f
	},
	Examples: []Example{
		{Name: "html", Finds: "The URL has &amp; in place of &", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items?a=1&amp;b=2 HTTP/1.1
< HTTP/1.1 400 Bad Request`},
		{Name: "twice", Finds: "is encoded twice: %2520", Also: []string{"not-found"}, HTTP: `> GET http://api.test/items/a%2520b HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "bare-percent", Finds: "has a % without two hexadecimal digits", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items?discount=5%&x=1 HTTP/1.1
< HTTP/1.1 400 Bad Request`},
		{Name: "right", Also: []string{"not-found"}, HTTP: `> GET http://api.test/items/a%20b HTTP/1.1
< HTTP/1.1 404 Not Found`},
	},
})

var (
	encodedTwice = regexp.MustCompile(`%25[0-9A-Fa-f]{2}`)
	barePercent  = regexp.MustCompile(`%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$).{0,6}`)
	htmlEntity   = regexp.MustCompile(`&(?:amp|quot|lt|gt|#38|#x26);.{0,12}`)
)

// encodingFault says what is wrong with a URL's spelling, and where; both are
// "" if nothing is.
func encodingFault(target string) (fault, at string) {
	rest := target
	if i := strings.Index(rest, "://"); i >= 0 {
		rest = rest[i+3:]
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		rest = rest[i:]
	}
	if at = htmlEntity.FindString(rest); at != "" {
		return "has &amp; in place of &", content.MaskURL(at)
	}
	if at = barePercent.FindString(rest); at != "" {
		return "has a % without two hexadecimal digits", content.MaskURL(at)
	}
	path, _, _ := strings.Cut(rest, "?")
	// In a query, a URL as a value is encoded twice with good reason.
	if at = encodedTwice.FindString(path); at != "" {
		return "is encoded twice", at
	}
	if strings.Contains(rest, " ") {
		return "has a space that is not encoded", content.MaskURL(clip(rest, 40))
	}
	return "", ""
}
