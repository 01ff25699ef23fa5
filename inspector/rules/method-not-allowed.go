package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "method-not-allowed", Title: "The resource does not take this method", Family: Method, Severity: exchange.SeverityError,
	Explain:   "The path exists, but not for this method. Allow lists those that it takes.",
	FixClient: "Use a method that is allowed.",
	FixServer: "Add the method, and list the others in Allow.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-405-method-not-allowed",
	When:      status(405),
	Check: func(c *Case) *Finding {
		if c.CORS() != nil && c.CORS().Preflight {
			return nil
		}
		method := c.X.Request.Method
		if method == "MKCOL" {
			// It is for what is not there yet (RFC 4918 section 9.3.1), and sent to
			// make sure that it is there.
			return &Finding{
				Severity: exchange.SeverityInfo,
				Verdict:  fmt.Sprintf("%s exists already, or is no place for WebDAV: 405 to MKCOL says either.", clip(c.Path(), 60)),
				Short:    "exists already?",
				Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Go on if the collection is there:", Copy: curl("PROPFIND", c.X.URL)},
					Server: exchange.Advice{Text: "Nothing to change, if WebDAV is meant to work here."},
				},
			}
		}
		allowed := c.X.Response.Header.List("Allow")
		f := &Finding{
			Verdict:  fmt.Sprintf("%s does not take %s; it does not say what it takes.", clip(c.Path(), 60), method),
			Short:    clip(method+" not allowed", shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine(""), c.responseField("Allow", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask which methods it takes:", Copy: curl("OPTIONS", c.X.URL)},
				Server: exchange.Advice{Text: "List the methods:", Copy: "Allow: GET, HEAD, OPTIONS"},
			},
		}
		switch {
		case slices.Contains(allowed, method):
			f.Verdict = fmt.Sprintf("%s answered 405 to %s although its Allow lists %s.", clip(c.Path(), 60), method, method)
		case len(allowed) > 0:
			f.Verdict = fmt.Sprintf("%s does not take %s; it takes %s.", clip(c.Path(), 60), method, clip(strings.Join(allowed, ", "), 60))
			f.Fix.Client = exchange.Advice{Text: "Use a method that is allowed:", Copy: curl(clip(allowed[0], 20), c.X.URL)}
			f.Fix.Server = exchange.Advice{Text: "Add a handler for this method if it is meant to work:", Copy: method + " " + c.Path()}
		}
		for i := len(c.Links.Chain) - 1; i > 0; i-- {
			if hop := c.Links.Chain[i-1]; c.Links.Chain[i].ID == c.X.ID && hop.Request.Method != method {
				f.Related = append(f.Related, hop.ID)
				f.Evidence = append(f.Evidence, exchange.Evidence{Exchange: hop.ID, Part: exchange.SequencePart, Name: "before the redirect", Value: hop.Request.Method, Note: statusText(hop.Response) + " changed the method"})
				f.Verdict = strings.TrimSuffix(f.Verdict, ".") + fmt.Sprintf(". It was %s before the redirect.", hop.Request.Method)
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "allow", Finds: "/items/7 does not take DELETE; it takes GET, HEAD", HTTP: `> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
< Allow: GET, HEAD`},
		{Name: "no-allow", Finds: "does not say what it takes", HTTP: `> PUT http://api.test/items/7 HTTP/1.1
< HTTP/1.1 405 Not Allowed`},
		{Name: "mkcol", Finds: "/dav/x/ exists already, or", HTTP: `> MKCOL http://files.test/dav/x/ HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
< Allow: TRACE`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
