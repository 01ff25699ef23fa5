package rules

import (
	"fmt"
	"net/url"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-reflects-any-origin", Title: "Unrelated origins may read with the user's cookies", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "A server that sends back whatever Origin it gets, and allows credentials, lets every site on the internet read the answers with the cookies of its visitors. Two unrelated origins show that it may do so, not that it does.",
	FixClient: "Nothing to change.",
	FixServer: "Compare Origin with a list, and send no Access-Control-Allow-Origin to others.",
	Spec:      "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
	When:      when(anyStatus|sendsOrigin, hasOrigin),
	Check: func(c *Case) *Finding {
		mine := reflected(c.X)
		if mine == "" || mine == originOf(c.X.URL) {
			return nil
		}
		for _, y := range slices.Backward(c.Links.SameURL) {
			other := reflected(y)
			if other == "" || other == originOf(c.X.URL) || siteOfOrigin(other) == siteOfOrigin(mine) {
				continue
			}
			return &Finding{
				Confidence: exchange.Possible, Related: []exchange.ID{y.ID},
				Verdict: fmt.Sprintf("%s allows any origin to read with cookies: it sent back both %s and %s.", c.Host(), clip(other, 40), clip(mine, 40)),
				Short:   "CORS: any origin?",
				Evidence: []exchange.Evidence{
					field(y.ID, exchange.RequestHeader, y.Request.Header, "Origin", ""), field(y.ID, exchange.ResponseHeader, y.Response.Header, allowOrigin, ""),
					c.requestField("Origin", ""), c.responseField(allowOrigin, ""), c.responseField("Access-Control-Allow-Credentials", ""),
				},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "See what an origin gets that nobody has listed:", Copy: c.curl("-H", "Origin: https://nobody.invalid")},
					Server: exchange.Advice{Text: "Compare Origin with a list, and answer others without Access-Control-Allow-Origin."},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "two-sites", Finds: "it sent back both https://a.test and https://b.example", HTTP: reflecting("https://a.test", "true") + reflecting("https://b.example", "true")},
		{Name: "one-site", HTTP: reflecting("https://a.test", "true") + reflecting("https://www.a.test", "true")},
		{Name: "no-credentials", HTTP: reflecting("https://a.test", "false") + reflecting("https://b.example", "false")},
	},
})

// reflected is the origin that x sends back and lets read with credentials, ""
// if it does not.
func reflected(x *exchange.Exchange) string {
	if !received(x) {
		return ""
	}
	o, h := x.Request.Header.Get("Origin"), x.Response.Header
	if o == "" || o == "null" || h.Get(allowOrigin) != o || h.Get("Access-Control-Allow-Credentials") != "true" {
		return ""
	}
	return o
}

func siteOfOrigin(o string) string {
	u, err := url.Parse(o)
	if err != nil {
		return o
	}
	return siteHost(u.Hostname())
}

func reflecting(origin, credentials string) string {
	at := "00"
	if origin == "https://b.example" || origin == "https://www.a.test" {
		at = "10"
	}
	return "* at 2026-11-22T14:00:" + at + "Z\n* client 127.0.0.1:5000\n> GET https://api.test/me HTTP/1.1\n> User-Agent: Mozilla/5.0\n> Origin: " + origin +
		"\n< HTTP/1.1 200 OK\n< Vary: Origin\n< Access-Control-Allow-Origin: " + origin + "\n< Access-Control-Allow-Credentials: " + credentials + "\n* took 5ms\n"
}
