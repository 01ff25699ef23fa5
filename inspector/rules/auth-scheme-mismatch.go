package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-scheme-mismatch", Title: "The server wants another authentication scheme", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "WWW-Authenticate lists the schemes that the server takes. The request used one that is not among them, so its credentials were not even looked at.",
	FixClient: "Use one of the schemes that the server names.",
	FixServer: "Accept the scheme, or say in the documentation which one is meant.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-www-authenticate",
	When: when(status4xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 401 && x.Request.Header.Has("Authorization") && x.Response.Header.Has("WWW-Authenticate")
	}),
	Check: func(c *Case) *Finding {
		sent, _, ok := strings.Cut(c.X.Request.Header.Get("Authorization"), " ")
		if !ok || !isToken(sent) || strings.HasPrefix(sent, "ey") || c.Links.Answer != nil {
			return nil // auth-malformed-authorization
		}
		var takes []string
		for _, ch := range challenges(c.X.Response.Header) {
			if sameScheme(ch.Scheme, sent) {
				return nil
			}
			if !slices.Contains(takes, ch.Scheme) {
				takes = append(takes, clip(ch.Scheme, 20))
			}
		}
		if len(takes) == 0 {
			return nil
		}
		list := strings.Join(takes, ", ")
		args := []string{"-H", "Authorization: " + takes[0] + " YOUR_CREDENTIALS"}
		switch strings.ToLower(takes[0]) {
		case "basic":
			args = []string{"-u", "USER:PASSWORD"}
		case "digest":
			args = []string{"--digest", "-u", "USER:PASSWORD"}
		case "negotiate":
			args = []string{"--negotiate", "-u", ":"}
		case "ntlm":
			args = []string{"--ntlm", "-u", "USER:PASSWORD"}
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s credentials were sent, but the server takes %s.", clip(sent, 20), list),
			Short:    clip("wants "+list+", not "+sent, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Authorization", ""), c.statusLine(""), c.responseField("WWW-Authenticate", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Use a scheme that the server takes:", Copy: c.curl(args...)},
				Server: exchange.Advice{Text: "If " + clip(sent, 20) + " is to be taken, say so:", Copy: "WWW-Authenticate: " + clip(sent, 20) + ` realm="` + c.Host() + `"`},
			},
		}
	},
	Examples: []Example{
		{Name: "basic-for-bearer", Finds: "Basic credentials were sent, but the server takes Bearer", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Basic dXNlcjpwYXNz
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="api"`},
		{Name: "several", Finds: "takes Digest, Negotiate", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Basic dXNlcjpwYXNz
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Digest realm="api", nonce="1", qop="auth"
< WWW-Authenticate: Negotiate`},
		{Name: "same", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: basic dXNlcjpwYXNz
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="api"`},
	},
})

// sameScheme reports whether credentials of a scheme answer a challenge. NTLM
// is spoken inside Negotiate too.
func sameScheme(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(a, "Negotiate") && strings.EqualFold(b, "NTLM")
}
