package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cors-private-network", Title: "The preflight does not allow access to the local network", Family: CORS, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain: "A browser that asks for leave to reach a private address sends Access-Control-Request-Private-Network. Some warn without the leave, some stop; " +
		"newer ones ask their user instead.",
	FixClient: "Serve the page over https, and allow access to the local network when the browser asks.",
	FixServer: "Answer with Access-Control-Allow-Private-Network: true if pages of the internet may use this server.",
	Spec:      "https://wicg.github.io/private-network-access/#cors-preflight",
	When:      when(anyStatus|methodOPTIONS|sendsOrigin, func(x *exchange.Exchange) bool { return preflightRequest(x) && hasOrigin(x) }),
	Check: func(c *Case) *Finding {
		for _, name := range []string{"Private", "Local"} {
			asks, allows := "Access-Control-Request-"+name+"-Network", "Access-Control-Allow-"+name+"-Network"
			if c.CORS() == nil || c.X.Request.Header.Get(asks) != "true" || c.X.Response.Header.Get(allows) == "true" {
				continue
			}
			return &Finding{
				Confidence: exchange.Possible,
				Verdict:    fmt.Sprintf("The preflight's answer does not let %s reach %s in the local network; some browsers stop here.", c.CORS().Origin, c.Host()),
				Short:      "CORS: local network",
				Evidence:   []exchange.Evidence{c.requestField(asks, ""), c.responseField(allows, "")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Ask as the browser does:", Copy: strings.Replace(c.corsCurl(), "curl -i ", "curl -i -H '"+asks+": true' ", 1)},
					Server: exchange.Advice{Text: "If such pages may use this server:", Copy: allows + ": true"},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "not-allowed", Finds: "does not let http://page.test reach api.test in the local network", HTTP: preflight + `> Access-Control-Request-Private-Network: true
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
		{Name: "allowed", HTTP: preflight + `> Access-Control-Request-Private-Network: true
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type
< Access-Control-Allow-Private-Network: true`},
		{Name: "not-asked", HTTP: preflight + `< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Headers: content-type`},
	},
})
