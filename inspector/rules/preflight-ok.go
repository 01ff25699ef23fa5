package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "preflight-ok", Title: "The preflight passes", Family: CORS, Severity: exchange.SeverityGood,
	Explain:   "A preflight asks leave for a request and has no content of its own. The request itself follows.",
	FixClient: "Nothing to change.",
	FixServer: "Nothing to change.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		k := c.CORS()
		if k == nil || !k.Preflight || k.Error != "" {
			return nil
		}
		method := c.X.Request.Header.Get("Access-Control-Request-Method")
		f := &Finding{
			Verdict:  fmt.Sprintf("The preflight allows %s to send %s %s.", k.Origin, method, clip(c.Path(), 60)),
			Short:    clip("preflight ok: "+method, shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField(allowOrigin, "")},
		}
		if a := c.Links.Actual; a != nil {
			f.Related = []exchange.ID{a.ID}
			f.Evidence = append(f.Evidence, exchange.Evidence{Exchange: a.ID, Part: exchange.SequencePart, Name: "its request", Value: statusText(a.Response)})
		}
		return f
	},
	Examples: []Example{
		{Name: "passes", Finds: "allows http://page.test to send POST /items", HTTP: `` + preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
		{Name: "fails", Also: []string{"cors-header-not-allowed"}, HTTP: `` + preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *`},
	},
})
