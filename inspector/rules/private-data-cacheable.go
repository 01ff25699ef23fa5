package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "private-data-cacheable", Title: "What is for one user may be stored for all", Family: Cache, Severity: exchange.SeverityWarning,
	Explain:   "A shared cache may give this response to other users. Set-Cookie would hand them this user's session, and an answer made for one user shows that user's data.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Send Cache-Control: private or no-store with what belongs to one user.",
	Spec:      rfcCaching + "#name-security-considerations",
	When:      when(status200|methodGET, okGet),
	Check: func(c *Case) *Finding {
		h := c.X.Response.Header
		if !h.Has("Set-Cookie") && c.credentialsByHeader() == "" {
			return nil
		}
		hit, ds := cacheHit(h), cacheDirectives(cacheControl(h))
		forAll := ds.has("public") || ds.has("s-maxage")
		if !forAll && hit == "" {
			return nil
		}
		session := c.sessionSet()
		if session == nil && c.credentialsByHeader() == "" {
			return nil
		}
		if !forAll && (session == nil || hit == "") {
			return nil
		}
		v, _ := CacheVerdictOf(c.X)
		shared := forAll && v.Shared && v.explicit() && v.SharedLifetime > 0 && !v.Revalidate
		f := &Finding{
			Evidence: []exchange.Evidence{c.responseField("Cache-Control", v.String())},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "Keep shared caches out:", Copy: "Cache-Control: private, no-store"}},
		}
		switch {
		case session != nil && hit != "":
			f.Verdict = fmt.Sprintf("A cache sent this response, and it sets session cookie %s: everybody gets the same session.", session.label())
			f.Short = "session from a cache"
			f.Evidence = append(f.Evidence, c.responseField("Set-Cookie", ""), c.responseField(hit, "sent by a cache"))
		case session != nil && shared:
			f.Verdict = fmt.Sprintf("The response sets session cookie %s, and shared caches may store it for %s.", session.label(), duration(v.SharedLifetime))
			f.Short = "session cookie cacheable"
			f.Evidence = append(f.Evidence, c.responseField("Set-Cookie", ""))
		case shared && c.credentialsByHeader() != "" && !namedByVary(c.X.Response, c.credentialsByHeader()):
			personal := c.personalMember()
			if personal == "" {
				return nil
			}
			f.Confidence = exchange.Likely
			f.Verdict = fmt.Sprintf("Likely: the response is for one user (it has %s), and shared caches may store it for %s.", personal, duration(v.SharedLifetime))
			f.Short = "personal data cacheable"
			f.Evidence = append(f.Evidence, c.requestField(c.credentialsByHeader(), ""))
		default:
			return nil
		}
		return f
	},
	Examples: []Example{
		{Name: "session", Finds: "sets session cookie sid, and shared caches may store it for 10 min", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=600
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax

x`},
		{Name: "from-a-cache", Finds: "everybody gets the same session", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=600
< Age: 5
< Set-Cookie: sid=abc; HttpOnly; SameSite=Lax

x`},
		{Name: "personal", Finds: "is for one user (it has email)", HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=600
< Content-Type: application/json

{"id":1,"email":"a@b.test"}`},
		{Name: "private", HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Cache-Control: private, max-age=600
< Content-Type: application/json

{"id":1,"email":"a@b.test"}`},
		{Name: "theme", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=600
< Set-Cookie: theme=dark

x`},
		{Name: "public-data", HTTP: `> GET http://api.test/items HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=600
< Content-Type: application/json

{"id":1,"price":7}`},
	},
})

// sessionSet is the session cookie that the response sets, nil if there is none.
func (c *Case) sessionSet() *storedCookie {
	now, _ := c.Now()
	ks := c.cookiesThat(func(k *storedCookie) bool { return sessionName(k.Name) && k.Value != "" && !k.deleted(now) })
	if ks == nil {
		return nil
	}
	return ks[0]
}

// credentialsByHeader is the field by which the request shows who sent it, "" if
// none does.
func (c *Case) credentialsByHeader() string {
	for _, name := range []string{"Authorization", "Cookie"} {
		if c.X.Request.Header.Has(name) {
			return name
		}
	}
	return ""
}

// personalMember is a member of the JSON object that belongs to a user, "" if
// there is none.
func (c *Case) personalMember() string {
	object, _ := parseJSON(c.WholeText()).(map[string]any) // c.JSON spares successes
	for _, name := range []string{"email", "emailAddress", "email_address", "phone", "phoneNumber", "phone_number", "access_token", "accessToken", "birthday", "birthdate", "address", "iban", "ssn"} {
		if object[name] != nil {
			return name
		}
	}
	if user, _ := object["user"].(map[string]any); user["email"] != nil {
		return "user.email"
	}
	return ""
}
