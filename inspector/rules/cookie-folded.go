package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-folded", Title: "Several cookies in one field", Family: Cookie, Severity: exchange.SeverityInfo,
	Explain:   "Every cookie needs a Set-Cookie field of its own. Joined by a comma, what follows belongs to the value or the attribute before it: browsers do not split it.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send one Set-Cookie field per cookie. A library or gateway that joins fields with commas must leave this one alone.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-5.3",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		in := ""
		ks := c.cookiesThat(func(k *storedCookie) bool {
			where := k.folded()
			if in == "" {
				in = where
			}
			return where != ""
		})
		if ks == nil {
			return nil
		}
		k := ks[0]
		second := in[strings.LastIndexAny(in[:strings.LastIndexByte(in, '=')], ", ")+1 : strings.LastIndexByte(in, '=')]
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: one Set-Cookie field carries two cookies, %s and %s; the browser reads them as one.", k.label(), clip(second, 40)),
			Short:      "two cookies in one field",
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "Send one field per cookie:", Copy: "Set-Cookie: " + k.label() + "=***\nSet-Cookie: " + clip(second, 40) + "=***"},
			},
		}
		if !strings.HasPrefix(in, k.Name) {
			f.Severity = exchange.SeverityWarning // an attribute is broken too
		}
		return c.cookieFinding(ks, f)
	},
	Examples: []Example{
		{Name: "value", Finds: "carries two cookies, a and c", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: a=b, c=d`},
		{Name: "attribute", Finds: "two cookies, sid and theme", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Path=/, theme=dark; Path=/`},
		{Name: "flag", Finds: "two cookies, sid and theme", HTTP: `> GET http://app.test/login HTTP/1.1
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; SameSite=Lax; HttpOnly, theme=dark; Path=/`},
		{Name: "date", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Expires=Sun, 22 Nov 2026 15:00:00 GMT`},
		{Name: "json", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: prefs={"a":1, "b":2}`},
		{Name: "two-fields", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: a=b
< Set-Cookie: c=d`},
	},
})
