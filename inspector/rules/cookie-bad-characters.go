package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-bad-characters", Title: "A Set-Cookie field without a usable cookie", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "Browsers drop a cookie with a control character, and a field without name and value. Either usually comes from a value that was not encoded, or from a template with nothing filled in.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Encode the value, e.g. percent-encoding or base64url.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := append(c.refused(refusedCharacters), c.refused(refusedEmpty)...)
		if ks == nil {
			return nil
		}
		k := ks[0]
		f := &Finding{
			Verdict: "The browser drops a cookie: the Set-Cookie field has no name and no value.",
			Short:   "empty Set-Cookie",
			Fix:     exchange.Fix{Server: exchange.Advice{Text: "Send a name and a value, or leave the field out:", Copy: "Set-Cookie: NAME=VALUE; Path=/; HttpOnly; SameSite=Lax"}},
		}
		switch {
		case k.Refusal == refusedCharacters:
			f.Verdict = fmt.Sprintf("The browser drops cookie %s: it contains %s.", k.label(), k.Detail)
			f.Short = "cookie: control character"
			f.Fix.Server = exchange.Advice{Text: "Encode the value before it is set:", Copy: fmt.Sprintf("Set-Cookie: %s=PERCENT%%09ENCODED; Path=/; HttpOnly; SameSite=Lax", k.label())}
		case k.Value != "":
			f.Verdict, f.Short = `The browser drops a cookie: it has no name, and "=" in its value.`, "cookie without a name"
		}
		return c.refusal(ks, f)
	},
	Examples: []Example{
		{Name: "control", Finds: "control character U+0001", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=a` + "\x01" + `b`},
		{Name: "tab", Finds: "U+0009", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=a	b`},
		{Name: "empty", Finds: "no name and no value", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax
< Set-Cookie: `},
		{Name: "equals", Finds: "no name and no value", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: =`},
		{Name: "no-name", Finds: "it has no name", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: ==x`},
		{Name: "nameless", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: abc`},
		{Name: "not-ascii", HTTP: `> GET http://app.test/login HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Set-Cookie: sid=é; HttpOnly; SameSite=Lax`},
	},
})
