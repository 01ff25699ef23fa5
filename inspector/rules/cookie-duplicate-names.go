package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-duplicate-names", Title: "One cookie name twice", Family: Cookie, Severity: exchange.SeverityInfo,
	Explain:   "Cookies with one name but another path or domain live side by side. The browser sends all of them, and servers read only one, often the wrong one: a stale session then hides the new one.",
	FixClient: "Delete the cookies of this site and log in again.",
	FixServer: "Set the cookie with one path and one domain everywhere, and delete the old variant once.",
	Spec:      rfcCookies + "#name-the-cookie-header-field",
	When:      when(anyStatus|hasCookies, received),
	Check: func(c *Case) *Finding {
		name, values := c.twiceSent()
		if name != "" {
			f := &Finding{
				Verdict:  fmt.Sprintf("Cookie %s is sent %d times with different values; the server reads one of them.", clip(name, 40), values),
				Short:    clip("cookie sent twice: "+name, shortCells),
				Evidence: []exchange.Evidence{c.requestField("Cookie", "")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Delete the cookies of this site, in the browser's console:", Copy: fmt.Sprintf("document.cookie = %q", name+"=; Max-Age=0; Path="+c.Path())},
					Server: exchange.Advice{Text: "Delete the variant that is no longer set, by its path and domain:", Copy: "Set-Cookie: " + clip(name, 40) + "=; Max-Age=0; Path=" + clip(c.Path(), 60)},
				},
			}
			if s := c.X.Response.Status; (s == 401 || s == 403) && sessionName(name) {
				f.Severity, f.Confidence = exchange.SeverityWarning, exchange.Likely
				f.Verdict = fmt.Sprintf("Likely: cookie %s is sent %d times, and the server reads a stale one; it answered %s.", clip(name, 40), values, c.Status())
				f.Evidence = append(f.Evidence, c.statusLine(""))
			}
			return f
		}
		ks := c.twiceSet()
		if ks == nil {
			return nil
		}
		f := &Finding{
			Verdict: fmt.Sprintf("The response sets cookie %s twice, for different paths or domains; both are stored.", ks[0].label()),
			Short:   clip("cookie set twice: "+ks[0].label(), shortCells),
			Fix:     exchange.Fix{Server: exchange.Advice{Text: "Set it once:", Copy: ks[len(ks)-1].cookieLine(nil)}},
		}
		for _, k := range ks[:2] {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseHeader, Name: "Set-Cookie", Value: k.masked()})
		}
		return f
	},
	Examples: []Example{
		{Name: "stale", Finds: "Likely: cookie sid is sent 2 times", Also: []string{"auth-rejected"}, HTTP: `> GET http://app.test/me HTTP/1.1
> Cookie: sid=old; theme=dark; sid=new
< HTTP/1.1 401 Unauthorized`},
		{Name: "sent", Finds: "Cookie theme is sent 2 times with different values", HTTP: `> GET http://app.test/me HTTP/1.1
> Cookie: theme=dark; theme=light
< HTTP/1.1 200 OK`},
		{Name: "set", Finds: "sets cookie theme twice", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: theme=dark; Path=/
< Set-Cookie: theme=dark; Path=/admin`},
		{Name: "rotated", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: theme=a; Path=/
< Set-Cookie: theme=b; Path=/`},
		{Name: "cleaned", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: theme=; Max-Age=0; Path=/admin
< Set-Cookie: theme=b; Path=/`},
		{Name: "equal", HTTP: `> GET http://app.test/me HTTP/1.1
> Cookie: theme=dark; theme=dark
< HTTP/1.1 200 OK`},
	},
})
