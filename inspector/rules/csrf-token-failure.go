package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "csrf-token-failure", Title: "The CSRF token is missing or wrong", Family: Auth, Severity: exchange.SeverityError,
	Explain: "Servers that know users by a cookie ask for a second value with every change, which a foreign page cannot read. It must come back in a field or a form, " +
		"and belongs to the session cookie.",
	FixClient: "Send the CSRF token that came with the page or in a cookie, and the session cookie with it.",
	FixServer: "Leave APIs with tokens in Authorization out of the CSRF check.",
	Spec:      "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html",
	When:      status(400, 403, 419, 422),
	Check: func(c *Case) *Finding {
		switch c.X.Request.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			return nil
		}
		proof := ""
		if c.mentions("csrf", "xsrf", "authenticity", "forgery", "page expired") {
			proof = csrfText.FindString(c.head(8 << 10))
		}
		if proof == "" && c.X.Response.Status != 419 {
			return nil
		}
		name, token := csrfCookie(c.X.Request.Header)
		field := csrfField(c.X.Request.Header)
		verdict := "The server refuses the request because of its CSRF token"
		switch {
		case !c.X.Request.Header.Has("Cookie"):
			verdict += ": no cookie was sent, so the server cannot know the session that the token belongs to"
		case field == "" && name != "":
			verdict += fmt.Sprintf(": the cookie %s came, but no field repeats it", name)
		case field == "":
			verdict += ": no field carries one"
		default:
			verdict += fmt.Sprintf(": the one in %s is wrong or belongs to another session", field)
		}
		f := &Finding{
			Verdict: verdict + ".", Short: "CSRF token missing",
			Evidence: []exchange.Evidence{c.statusLine(""), c.requestField("Cookie", "")},
		}
		send := "X-CSRF-Token"
		switch {
		case field != "":
			f.Short, send = "CSRF token wrong", field
			f.Evidence = append(f.Evidence, c.requestField(field, ""))
		case name != "":
			send = csrfFieldFor(name)
			f.Evidence = append(f.Evidence, c.requestField(send, ""))
		default:
			f.Evidence = append(f.Evidence, c.requestField(send, ""))
		}
		if field == "" && token == "" {
			f.Confidence = exchange.Likely // it may stand in the content
		}
		if proof != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)})
		}
		f.Fix.Client = exchange.Advice{Text: "Send the token and the session cookie:", Copy: c.curl("-b", "cookies.txt", "-H", send+": YOUR_CSRF_TOKEN")}
		f.Fix.Server = exchange.Advice{Text: "If this is an API without cookies, leave it out of the check, e.g. in Laravel:", Copy: "$middleware->validateCsrfTokens(except: ['" + strings.TrimPrefix(c.Path(), "/") + "']);"}
		return f
	},
	Examples: []Example{
		{Name: "django", Finds: "the cookie csrftoken came, but no field repeats it", HTTP: `> POST http://app.test/items HTTP/1.1
> Cookie: csrftoken=abcdef; sessionid=1
< HTTP/1.1 403 Forbidden
< Content-Type: text/html

<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>`},
		{Name: "laravel", Finds: "no cookie was sent", HTTP: `> POST http://app.test/items HTTP/1.1
< HTTP/1.1 419 unknown status
< Content-Type: application/json

{"message":"CSRF token mismatch."}`},
		{Name: "wrong", Finds: "the one in X-CSRF-Token is wrong", HTTP: `> DELETE http://app.test/items/7 HTTP/1.1
> Cookie: sid=1
> X-CSRF-Token: abcdef
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"error":"invalid csrf token"}`},
		{Name: "other-reason", Also: []string{"forbidden"}, HTTP: `> POST http://app.test/items HTTP/1.1
> Cookie: csrftoken=abcdef
< HTTP/1.1 403 Forbidden`},
	},
})

var csrfText = regexp.MustCompile(`(?i)[^\n"{}<>]{0,30}(csrf|xsrf|InvalidAuthenticityToken|anti-?forgery|authenticity token|page expired)[^\n"{}<>]{0,50}`)

// csrfCookie is the cookie whose value a client is to send back in a field.
func csrfCookie(h exchange.Header) (name, value string) {
	for _, line := range h.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			n, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if l := strings.ToLower(n); strings.Contains(l, "csrf") || strings.Contains(l, "xsrf") {
				v, _ = url.QueryUnescape(v)
				return n, v
			}
		}
	}
	return "", ""
}

// csrfField is the name of the field that carries a CSRF token.
func csrfField(h exchange.Header) string {
	for _, f := range h {
		if l := strings.ToLower(f.Name); strings.Contains(l, "csrf") || strings.Contains(l, "xsrf") || l == "requestverificationtoken" {
			return f.Name
		}
	}
	return ""
}

// csrfFieldFor is the field in which the frameworks that set the cookie want
// its value.
func csrfFieldFor(cookie string) string {
	switch strings.ToLower(cookie) {
	case "xsrf-token":
		return "X-XSRF-TOKEN" // Angular, Laravel, Spring
	case "csrftoken":
		return "X-CSRFToken" // Django
	}
	return "X-CSRF-Token"
}
