package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-dropped-earlier", Title: "The session cookie was dropped when it was set", Family: Cookie, Severity: exchange.SeverityWarning,
	Explain: "A server set a session cookie, but with attributes for which browsers drop it. The next request comes without it, so the server " +
		"does not know the user: the login seems to work and the page behind it does not.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Correct the Set-Cookie field of the earlier response.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      status(http.StatusUnauthorized, http.StatusForbidden),
	Check: func(c *Case) *Finding {
		if !c.Browser() {
			return nil
		}
		y, k := c.droppedSession()
		if y == nil {
			return nil
		}
		return &Finding{
			Confidence: exchange.Likely,
			Related:    []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("Likely: the request lacks session cookie %s, since the browser dropped it when #%d set it (%s).",
				k.label(), y.ID, refusalWords[k.Refusal]),
			Short: "session cookie was dropped",
			Evidence: []exchange.Evidence{
				{Exchange: y.ID, Part: exchange.ResponseHeader, Name: "Set-Cookie", Value: k.masked(), Note: k.Detail},
				c.requestField("Cookie", ""), c.statusLine(""),
			},
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: fmt.Sprintf("Set it so that browsers keep it; #%d says how:", y.ID), Copy: fmt.Sprintf("httpwhy why %d", y.ID)},
			},
		}
	},
	Examples: []Example{
		{Name: "secure", Finds: "the browser dropped it when #1 set it (Secure over plain HTTP)", Also: []string{"auth-missing-credentials", "auth-rejected"}, HTTP: `* at 2026-11-22T14:00:00Z
> POST http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 204 No Content
< Set-Cookie: sid=abc; Secure; HttpOnly
* took 10ms
* at 2026-11-22T14:00:01Z
> GET http://app.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 401 Unauthorized
* took 10ms`},
		{Name: "kept", Also: []string{"auth-missing-credentials", "auth-rejected", "cookie-session-not-sent"}, HTTP: `* at 2026-11-22T14:00:00Z
> POST http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 204 No Content
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax
* took 10ms
* at 2026-11-22T14:00:01Z
> GET http://app.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 401 Unauthorized
* took 10ms`},
		{Name: "sent-nevertheless", Also: []string{"auth-rejected"}, HTTP: `* at 2026-11-22T14:00:00Z
> POST http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 204 No Content
< Set-Cookie: sid=abc; Secure; HttpOnly
* took 10ms
* at 2026-11-22T14:00:01Z
> GET http://app.test/me HTTP/1.1
> User-Agent: Mozilla/5.0
> Cookie: sid=old
< HTTP/1.1 401 Unauthorized
* took 10ms`},
	},
})

// refusalWords say in a few words why a cookie is dropped.
var refusalWords = map[cookieRefusal]string{
	refusedCharacters: "a control character", refusedSize: "too large", refusedDomain: "another site's Domain",
	refusedPrefix: "the prefix of its name", refusedPartitioned: "Partitioned without Secure", refusedSecure: "Secure over plain HTTP",
	refusedSameSite: "SameSite=None without Secure", refusedCrossSite: "set for a page of another site", refusedEmpty: "no name",
}

// droppedSession is the last earlier response that set a session cookie which
// browsers drop and which this request lacks, nil if there is none.
func (c *Case) droppedSession() (*exchange.Exchange, *storedCookie) {
	sent := strings.Join(c.X.Request.Header.Values("Cookie"), "; ")
	for _, y := range slices.Backward(c.Links.CookiesSet) {
		for _, k := range (&Case{X: y}).Cookies() {
			if !sessionName(k.Name) || k.Value == "" {
				continue
			}
			if k.Refusal == "" || k.Refusal == refusedEmpty || strings.Contains("; "+sent, "; "+k.Name+"=") {
				return nil, nil // kept, or another one is there
			}
			return y, k
		}
	}
	return nil, nil
}
