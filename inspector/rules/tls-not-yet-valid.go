package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "tls-not-yet-valid", Title: "The server's certificate is not valid yet", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "A certificate is valid from its notBefore date. Usually a clock is wrong: that of this machine, or that of the machine that made the certificate.",
	FixClient: "Check the clock of this machine.",
	FixServer: "Check the clock of the machine that made the certificate.",
	Spec:      rfcTLS,
	When:      failed(exchange.TLSNotYetValid),
	Check: func(c *Case) *Finding {
		host, _ := c.dialled()
		verdict := fmt.Sprintf("The certificate of %s is not valid yet.", host)
		if l := c.leaf(); l != nil && l.NotBefore.After(c.X.End()) {
			verdict = fmt.Sprintf("The certificate of %s becomes valid in %s (from %s); is a clock wrong?", host, c.validity(l.NotBefore), l.NotBefore.UTC().Format("2006-01-02 15:04Z"))
		}
		return c.certificateFinding(verdict, "certificate not valid yet", exchange.Advice{Text: "Check the clock of the machine that made the certificate:", Copy: "timedatectl status"})
	},
	Examples: []Example{
		{Name: "tomorrow", Finds: "becomes valid in 1 day (from 2026-11-23 14:00Z)", HTTP: `* at 2026-11-22T14:00:00Z
* mode intercepted
> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure tls-not-yet-valid 10.0.0.1:443 host=api.test "certificate is not yet valid"
* certificate subject="CN=api.test" issuer="CN=ca" names=api.test not-before=2026-11-23T14:00:00Z not-after=2027-11-19T14:00:00Z`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
