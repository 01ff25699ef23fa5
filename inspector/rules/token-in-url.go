package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "token-in-url", Title: "A secret stands in the URL", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "URLs end up in the logs of servers and gateways, in histories, and in the Referer sent to other sites. Fields such as Authorization do not.",
	FixClient: "Send it in Authorization.",
	FixServer: "Take it from Authorization, and leave queries out of the log.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6750.html#section-2.3",
	When: when(status1xx|status200|status2xx|status3xx|hasQuery, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status < 400 && strings.Contains(x.URL, "?")
	}),
	Check: func(c *Case) *Finding {
		u := c.URL()
		if u == nil || u.RawQuery == "" {
			return nil
		}
		if !strings.Contains(u.RawQuery, "%") && !slices.ContainsFunc(secretsInQuery, func(name string) bool { return strings.Contains(u.RawQuery, name) }) {
			return nil // not worth parsing
		}
		q := c.query()
		for _, name := range secretsInQuery {
			v := q.Get(name)
			if len(v) < 8 {
				continue
			}
			return &Finding{
				Verdict:  fmt.Sprintf("The query of %s holds a secret in %s; queries are logged.", clip(c.endpointOf(), 70), name),
				Short:    clip("in URL: "+name, shortCells),
				Evidence: []exchange.Evidence{{Part: exchange.RequestLine, Name: name, Value: content.MaskSecret(v), Note: "in the query"}},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Send it in a field, if the API takes it there:", Copy: "Authorization: Bearer YOUR_TOKEN"},
					Server: exchange.Advice{Text: "Leave queries out of the log, e.g. in nginx:", Copy: `log_format plain '$remote_addr "$request_method $uri" $status';`},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "token", Finds: "The query of GET /me holds a secret in access_token", HTTP: `> GET https://api.test/me?access_token=2YotnFZFEjr1zCsicMWpAA HTTP/1.1
< HTTP/1.1 200 OK`},
		{Name: "page-token", HTTP: `> GET https://api.test/items?page_token=2YotnFZFEjr1zCsicMWpAA HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// secretsInQuery are the names of parameters that hold secrets.
var secretsInQuery = []string{"access_token", "api_key", "apikey", "api-key", "auth_token", "client_secret", "id_token", "refresh_token", "password"}
