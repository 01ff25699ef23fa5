package rules

import (
	"fmt"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-deleted-or-expired", Title: "A cookie ends when it comes", Family: Cookie, Severity: exchange.SeverityInfo,
	Explain:   "A cookie whose Max-Age is not positive, or whose Expires is past, is removed at once. Servers delete cookies that way. If it is not meant, a clock is wrong or the lifetime was computed wrongly.",
	FixClient: "Nothing to change if the cookie is meant to go.",
	FixServer: "Nothing to change if the cookie is meant to go; else give it a Max-Age, which depends on no clock.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		now, fromServer := c.Now()
		// To delete what the client does not have is tidiness and changes nothing.
		ks := c.cookiesThat(func(k *storedCookie) bool {
			return k.Refusal == "" && k.deleted(now) && (c.sentCookie(k.Name) || !k.tidied(now))
		})
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
			Short:   clip("deletes cookie "+k.label(), shortCells),
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "If it is meant to stay, give it a lifetime that depends on no clock:", Copy: k.cookieLine([]string{"Expires", "Max-Age"}, "Max-Age=3600")},
			},
		})
	},
	Examples: []Example{
		{Name: "max-age", Finds: "deletes cookie sid: Max-Age is 0 or less", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Cookie: sid=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=0; Path=/`},
		{Name: "expires", Finds: "Expires was 1 h before the server's Date", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Set-Cookie: sid=abc; Expires=Sun, 22 Nov 2026 13:00:00 GMT`},
		{Name: "negative", Finds: "Max-Age is 0 or less", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
> Cookie: sid=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=-1`},
		{Name: "tidied", HTTP: `> GET http://wiki.test/doku.php HTTP/1.1
> User-Agent: Mozilla/5.0
> Cookie: DokuWiki=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Set-Cookie: DW7f86=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly`},
		{Name: "logout", Finds: "deletes cookie DW7f86", HTTP: `> GET http://wiki.test/doku.php?do=logout HTTP/1.1
> User-Agent: Mozilla/5.0
> Cookie: DW7f86=2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 302 Found
< Location: /
< Date: Sun, 22 Nov 2026 14:00:00 GMT
< Set-Cookie: DW7f86=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly`},
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

// tidied reports whether the server surely means to delete the cookie: it
// empties it, or says so by both Max-Age and an Expires long past.
func (k *storedCookie) tidied(now time.Time) bool {
	return k.Value == "" || k.Value == "deleted" ||
		k.HasMaxAge && !k.Expires.IsZero() && now.Sub(k.Expires) > 365*24*time.Hour
}

// sentCookie reports whether the request carries the cookie.
func (c *Case) sentCookie(name string) bool {
	for _, line := range c.X.Request.Header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			if n, _, _ := strings.Cut(strings.TrimSpace(pair), "="); n == name {
				return true
			}
		}
	}
	return false
}
