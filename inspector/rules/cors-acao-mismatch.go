package rules

import (
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-acao-mismatch", Title: "Access-Control-Allow-Origin names another origin", Family: CORS, Severity: exchange.SeverityError,
	Explain: "Browsers compare Access-Control-Allow-Origin with the page's origin byte by byte: scheme, host and port, " +
		"in lower case, without a slash or path. A pattern such as http://*.test is not expanded.",
	FixClient: "Open the page at the origin that is allowed.",
	FixServer: "Compare Origin with a list of allowed origins and send back the one that matches.",
	Spec:      fetchCORS,
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.corsIs(corsMismatch)
		if k == nil {
			return nil
		}
		reason := originDifference(k.Value, k.Origin)
		what := "the response"
		if k.Preflight {
			what = "the preflight's answer"
		}
		return c.corsFinding(&Finding{
			Verdict: fmt.Sprintf("Access-Control-Allow-Origin of %s is %s but the page is %s: %s.", what, k.Value, k.Origin, reason),
			Short:   "CORS: other origin allowed",
			Evidence: []exchange.Evidence{
				c.requestField("Origin", "the page"), c.responseField(allowOrigin, marked(k.Value, k.Origin)),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Open the page at the origin that the server allows, or repeat the request with it:", Copy: c.corsCurl()},
				Server: c.allowCORS("Look Origin up in a list of allowed origins and send back exactly that:", c.corsLeave()),
			},
		})
	},
	Examples: []Example{
		mismatch("trailing-slash", "http://page.test:5173/", "it ends in a slash"),
		mismatch("port", "http://page.test", "the port differs"),
		mismatch("scheme", "https://page.test:5173", "the scheme differs"),
		mismatch("case", "HTTP://PAGE.TEST:5173", "it is not in lower case"),
		mismatch("pattern", "http://*.test:5173", "is not expanded"),
		mismatch("null", "null", "null"),
		mismatch("path", "http://page.test:5173/index.html", "it has a path"),
		mismatch("www", "http://www.page.test:5173", "www."),
		mismatch("no-scheme", "page.test:5173", "it has no scheme"),
		mismatch("other", "http://other.test:5173", "the host differs"),
		{Name: "preflight", Finds: "the preflight's answer", HTTP: `> OPTIONS http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
> Access-Control-Request-Method: PUT
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: http://other.test
< Access-Control-Allow-Methods: PUT`},
		{Name: "exact", HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: http://page.test`},
	},
})

func mismatch(name, value, finds string) Example {
	return Example{Name: name, Finds: finds, HTTP: `> GET http://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test:5173
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: ` + value}
}

// originDifference says in which part the allowed origin is another.
func originDifference(allowed, page string) string {
	a, err := url.Parse(allowed)
	p, err2 := url.Parse(page)
	switch {
	case allowed == "null":
		return "\"null\" allows only pages without an origin, e.g. file: and sandboxed frames"
	case page == "null":
		return "the page has no origin of its own (a file, a sandboxed frame, or a redirect across origins)"
	case strings.Contains(allowed, "*"):
		return "a pattern is not expanded"
	case strings.EqualFold(allowed, page):
		return "it is not in lower case"
	case strings.TrimSuffix(allowed, "/") == page:
		return "it ends in a slash"
	case !strings.Contains(allowed, "://"):
		return "it has no scheme"
	case err != nil || err2 != nil:
		return "they are not the same"
	case strings.TrimPrefix(a.Hostname(), "www.") == strings.TrimPrefix(p.Hostname(), "www.") && a.Hostname() != p.Hostname():
		return "only one of them begins with www."
	case a.Hostname() != p.Hostname():
		return "the host differs"
	case a.Scheme != p.Scheme:
		return "the scheme differs"
	case a.Port() != p.Port():
		return "the port differs"
	default:
		return "it has a path, an origin has none"
	}
}

// marked shows where the value departs from what it should be.
func marked(value, want string) string {
	i := 0
	for i < len(value) && i < len(want) && value[i] == want[i] {
		i++
	}
	switch {
	case i == len(want):
		return fmt.Sprintf("%q too much at its end", value[i:])
	case i == len(value):
		return fmt.Sprintf("%q is missing at its end", want[i:])
	default:
		return fmt.Sprintf("departs at character %d: %q, not %q", i+1, clip(value[i:], 24), clip(want[i:], 24))
	}
}
