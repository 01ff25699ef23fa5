package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "response-headers-too-large", Title: "The header of the response is too large", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The response's header section is larger than clients read: Chromium 256 kB, Node 16 kB, gateways 4 to 16 kB. Usually it holds many cookies or a value that grows with each request.",
	FixClient: "Clear the cookies of this site.",
	FixServer: "Send less in fields, above all in Set-Cookie.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-5.4",
	When:      failed(exchange.ResponseHeadTooLarge),
	Check: func(c *Case) *Finding {
		return c.transportFinding(
			fmt.Sprintf("The header of the response of %s is too large: %s.", c.Host(), trimStop(c.X.Failure.Message)), "response header too large",
			exchange.Advice{Text: "See which fields are large:", Copy: c.curl("-s", "-o", "/dev/null", "-D", "-")},
			exchange.Advice{Text: "Behind nginx, raise the buffer if it must be so large:", Copy: "proxy_buffer_size 16k;"},
		)
	},
	Examples: []Example{
		{Name: "large", Finds: "The header of the response of api.test is too large", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure response-head-too-large 10.0.0.1:80 "the head is larger than 1 MiB"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
