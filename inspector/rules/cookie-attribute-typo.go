package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-attribute-typo", Title: "An attribute of a cookie has no effect", Family: Cookie, Severity: exchange.SeverityWarning,
	Explain:   "Browsers leave out attributes that they do not know and values that they cannot read, without a message: an unreadable lifetime makes a cookie that ends with the session, an unknown SameSite counts as Lax.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Correct the attribute.",
	Spec:      rfcCookies + "#name-the-set-cookie-header-field",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.cookiesThat(func(k *storedCookie) bool { return k.Refusal == "" && len(k.typos()) > 0 })
		if ks == nil {
			return nil
		}
		k, typos := ks[0], ks[0].typos()
		t := typos[0]
		without, added := corrections(typos)
		f := &Finding{
			Verdict: fmt.Sprintf("Cookie %s: %s %s.", k.label(), t.shown(), t.Effect),
			Short:   clip(fmt.Sprintf("cookie: %s ignored", clip(t.Name, 12)), shortCells),
			Fix:     exchange.Fix{Server: exchange.Advice{Text: "Correct the attribute:", Copy: k.cookieLine(without, added...)}},
		}
		if t.Set {
			f.Short = clip(fmt.Sprintf("cookie: %s is set", clip(t.shown(), 14)), shortCells)
		}
		for _, more := range typos[1:] {
			f.Verdict += fmt.Sprintf(" %s %s.", more.shown(), more.Effect)
		}
		return c.cookieFinding(ks, f)
	},
	Examples: []Example{
		{Name: "same-site", Finds: "SameSite=Foo is no value of SameSite; it counts as Lax", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Foo`},
		{Name: "max-age", Finds: "Max-Age=1h is no number of seconds; the cookie ends with the session", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Max-Age=1h`},
		{Name: "expires", Finds: "Expires=tomorrow is no date", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Expires=tomorrow`},
		{Name: "both-lifetimes", Finds: "Max-Age=1h is no number of seconds; the cookie ends with the session. Expires=never is no date", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Max-Age=1h; Expires=never`},
		{Name: "false", Finds: "HttpOnly=false sets HttpOnly all the same", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; SameSite=Lax; HttpOnly=false`},
		{Name: "name", Finds: "MaxAge=60 is no attribute; Max-Age is meant", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; MaxAge=60`},
		{Name: "path", Finds: "Path=app does not begin with a slash", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Path=app`},
		{Name: "large", Finds: "is longer than 1024 bytes", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Path=/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`},
		{Name: "known", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; httponly; samesite=lax; Max-Age=60; Expires=Sun, 22 Nov 2026 15:00:00 GMT; Priority=High; Version=1; Path=`},
		{Name: "foreign", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax; Tenant=7`},
		{Name: "clear", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=; Max-Age=0; Expires=0`},
	},
})

// corrections are the names of the attributes to leave out, and what to write
// instead: each attribute once, as the one that is misspelled has it.
func corrections(typos []cookieTypo) (without, added []string) {
	for _, t := range typos {
		without = append(without, t.Name)
		if t.Instead == "" {
			continue
		}
		name, _, _ := strings.Cut(t.Instead, "=")
		i := slices.IndexFunc(added, func(a string) bool { return strings.HasPrefix(a, name+"=") || a == name })
		switch {
		case i < 0:
			added = append(added, t.Instead)
		case !knownAttribute(t.Name):
			added[i] = t.Instead
		}
	}
	return without, added
}
