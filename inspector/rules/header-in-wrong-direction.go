package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "header-in-wrong-direction", Title: "A field goes in the wrong direction", Family: Client, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Access-Control-Allow-Origin and its like are the server's leave; sent by a client they allow nothing, and in a browser each makes a preflight necessary. Fields of requests mean nothing in a response.",
	FixClient: "Do not send it.",
	FixServer: "Send it with the response instead.",
	Spec:      "https://fetch.spec.whatwg.org/#http-responses",
	When:      when(anyStatus, received),
	Check: func(c *Case) *Finding {
		for _, f := range c.X.Request.Header {
			if allows(f.Name) || slices.ContainsFunc(ofResponses, named(f.Name)) {
				return &Finding{
					Verdict:  fmt.Sprintf("The request sends %s, which has a meaning in responses alone.", f.Name),
					Short:    clip("request has "+f.Name, shortCells),
					Evidence: []exchange.Evidence{c.requestField(f.Name, "")},
					Fix: exchange.Fix{
						Client: exchange.Advice{Text: "Do not send it. In the code, remove:", Copy: "headers: {'" + f.Name + "': …}"},
						Server: exchange.Advice{Text: "Send it with the response, if it was meant to allow something."},
					},
				}
			}
		}
		for _, f := range c.X.Response.Header {
			if slices.ContainsFunc(ofRequests, named(f.Name)) {
				return &Finding{
					Verdict:  fmt.Sprintf("The response sends %s, which has a meaning in requests alone.", f.Name),
					Short:    clip("response has "+f.Name, shortCells),
					Evidence: []exchange.Evidence{c.responseField(f.Name, "")},
					Fix: exchange.Fix{
						Client: exchange.Advice{Text: "Nothing to change."},
						Server: exchange.Advice{Text: "Do not copy the request's fields into the response; in nginx:", Copy: "proxy_hide_header " + f.Name + ";"},
					},
				}
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "client-allows", Finds: "The request sends Access-Control-Allow-Origin", HTTP: `> GET http://api.test/items HTTP/1.1
> Access-Control-Allow-Origin: *
< HTTP/1.1 200 OK`},
		{Name: "echo", Finds: "The response sends User-Agent", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< User-Agent: curl/8`},
		{Name: "right", HTTP: `> GET http://api.test/items HTTP/1.1
> Accept: */*
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *`},
	},
})

var (
	ofResponses = []string{"access-control-expose-headers", "access-control-max-age", "set-cookie", "www-authenticate", "strict-transport-security"}
	ofRequests  = []string{"access-control-request-method", "access-control-request-headers", "user-agent", "cookie", "host", "if-none-match", "if-modified-since"}
)

// allows reports whether the field allows something to pages of other origins.
func allows(name string) bool {
	const prefix = "access-control-allow-"
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

// named compares with a field's name, without a copy in lower case.
func named(name string) func(string) bool {
	return func(other string) bool { return len(other) == len(name) && strings.EqualFold(other, name) }
}
