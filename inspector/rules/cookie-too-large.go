package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "cookie-too-large", Title: "A cookie is too large", Family: Cookie, Severity: exchange.SeverityError,
	Explain:   "Browsers drop a cookie whose name and value have more than 4096 bytes together, and ignore attributes of more than 1024 bytes. A large cookie also goes with every request.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Keep the data on the server and put an ID into the cookie.",
	Spec:      rfcCookies + "#name-storage-model",
	When:      when(anyStatus|answersSetCookie, setsCookies),
	Check: func(c *Case) *Finding {
		ks := c.refused(refusedSize)
		if ks == nil {
			return nil
		}
		k := ks[0]
		size := len(k.Name) + len(k.Value)
		return c.refusal(ks, &Finding{
			Verdict: fmt.Sprintf("The browser drops cookie %s: name and value have %d bytes, %d more than the limit of %d.", k.label(), size, size-maxCookie, maxCookie),
			Short:   clip(fmt.Sprintf("cookie of %d bytes", size), shortCells),
			Fix: exchange.Fix{
				Server: exchange.Advice{Text: "Keep the data on the server and put an ID into the cookie:", Copy: "Set-Cookie: " + clip(k.label(), 40) + "=SESSION_ID; Path=/; HttpOnly; SameSite=Lax"},
			},
		})
	},
	Examples: []Example{
		largeCookie("4097-bytes", 4097, "have 4097 bytes, 1 more than the limit of 4096"),
		largeCookie("4096-bytes", 4096, ""),
	},
})

func largeCookie(name string, size int, finds string) Example {
	return Example{Name: name, Finds: finds, HTTP: `> GET http://app.test/login HTTP/1.1
< HTTP/1.1 200 OK
< Set-Cookie: data=` + strings.Repeat("x", size-len("data"))}
}
