package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-deleted-or-expired", Title: "A cookie ends when it comes", Family: Cookie, Severity: exchange.SeverityInfo,
	Explain:   "A cookie whose Max-Age is not positive, or whose Expires is past, is removed at once. Servers delete cookies that way. If it is not meant, a clock is wrong or the lifetime was computed wrongly.",
	FixClient: "Nothing to change if the cookie is meant to go.",
	FixServer: "Nothing to change if the cookie is meant to go; else give it a Max-Age, which depends on no clock.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      setsCookies,
	Check: func(c *Case) *Finding {
		now, fromServer := c.Now()
		ks := c.cookiesThat(func(k *storedCookie) bool { return k.Refusal == "" && k.deleted(now) })
		if ks == nil {
			return nil
		}
		k := ks[0]
		why := "Max-Age is 0 or less"
		if !k.HasMaxAge {
			clock := "our clock"
			if fromServer {
				clock = "the server's Date"
			}
			why = fmt.Sprintf("Expires was %s before %s", duration(now.Sub(k.Expires)), clock)
		}
		return c.cookieFinding(ks, &Finding{
			Verdict: fmt.Sprintf("The response deletes cookie %s: %s.", k.label(), why),
			Short:   clip("deletes cookie "+k.label(), 28),
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "If it is meant to stay, give it a lifetime that depends on no clock:", Copy: k.cookieLine([]string{"Expires", "Max-Age"}, "Max-Age=3600")},
			},
		})
	},
	Examples: []Example{
		{Name: "max-age", Finds: "deletes cookie sid: Max-Age is 0 or less", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=0; Path=/`},
		{Name: "expires", Finds: "Expires was 1 h before the server's Date", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Set-Cookie: sid=abc; Expires=Sun, 22 Nov 2026 13:00:00 GMT`},
		{Name: "negative", Finds: "Max-Age is 0 or less", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=-1`},
		{Name: "max-age-wins", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT`},
		{Name: "future", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Expires=Sun, 22 Nov 2026 15:00:00 GMT`},
		{Name: "unreadable", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Expires=0`},
	},
})
