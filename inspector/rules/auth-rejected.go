package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-rejected", Title: "The server rejected the credentials", Family: Auth, Severity: exchange.SeverityError, Fallback: true,
	Explain:   "401 says that the credentials are missing, wrong, expired, or not those that this resource wants.",
	FixClient: "Get new credentials, and see that they belong to this server.",
	FixServer: "Say in WWW-Authenticate and in the body what is wrong with the credentials.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized",
	When:      status(401),
	Check: func(c *Case) *Finding {
		sent := c.credentials()
		if sent == nil || c.Links.Answer != nil || lostAuthorization(c) != nil {
			return nil
		}
		scheme, server := "Bearer", `WWW-Authenticate: Bearer error="invalid_token"`
		if cs := challenges(c.X.Response.Header); len(cs) > 0 {
			scheme = cs[0].Scheme
		}
		if !strings.EqualFold(scheme, "Bearer") {
			server = "Content-Type: application/problem+json" // only Bearer's challenge names an error
		}
		var labels secretLabels
		f := &Finding{
			Verdict:  fmt.Sprintf("%s rejected the credentials in %s.", c.Host(), strings.Join(sent, " and ")),
			Short:    "credentials rejected",
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("WWW-Authenticate", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Get new credentials and try them:", Copy: c.curl(curlCredentials(scheme)...)},
				Server: exchange.Advice{Text: "Say what is wrong with the credentials:", Copy: server},
			},
		}
		if a := c.Links.Accepted; a != nil {
			f.Related = []exchange.ID{a.ID}
			f.Verdict = fmt.Sprintf("%s rejected the credentials in %s, which it accepted %s earlier, in #%d.", c.Host(), strings.Join(sent, " and "), duration(c.X.Start.Sub(a.Start)), a.ID)
			f.Short = "credentials taken no more"
			f.Evidence = append(f.Evidence, labels.field(a, "Authorization", "accepted then: "+statusText(a.Response)))
		}
		for _, name := range sent {
			switch {
			case c.Links.Accepted != nil && strings.EqualFold(name, "Authorization"):
				f.Evidence = append(f.Evidence, labels.field(c.X, name, ""))
			case c.X.Request.Header.Has(name):
				f.Evidence = append(f.Evidence, c.requestField(name, ""))
			}
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "cookie", Finds: "rejected the credentials in Cookie", HTTP: `> GET http://api.test/me HTTP/1.1
> Cookie: sid=1
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"error":"session unknown"}`},
		{Name: "digest", Finds: "rejected the credentials in Authorization", HTTP: `> GET http://cam.test/live HTTP/1.1
> Authorization: Digest username="u", realm="cam", nonce="old", uri="/live", response="aa"
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Digest realm="cam", nonce="new"`},
		{Name: "accepted-before", Finds: "which it accepted 5 min earlier, in #1", HTTP: `* at 2026-11-22T14:00:00Z
> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
* took 3ms
* at 2026-11-22T14:05:00Z
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized`},
		{Name: "none-sent", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
	},
})
