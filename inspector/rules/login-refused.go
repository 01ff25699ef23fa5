package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "login-refused", Title: "The login was refused", Family: Auth, Severity: exchange.SeverityError,
	Explain: "The name and the password went in the content, so this is the answer to the login itself: the account is unknown, the password wrong, or the account locked. " +
		"Servers rarely say which, so that nobody can try out names.",
	FixClient: "Check name and password.",
	FixServer: "Answer a refused login with 401 or 422 and say in the content what to do next.",
	Spec:      "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html",
	When:      status(401, 403),
	Check: func(c *Case) *Finding {
		name := c.sentPassword()
		if name == "" || c.X.Request.Header.Has("Authorization") || csrfText.MatchString(c.head(8<<10)) {
			return nil
		}
		again := []string{"-d", name + "=YOUR_PASSWORD&…"}
		if isJSON(c.X.Request.MediaType()) {
			again = []string{"--json", fmt.Sprintf(`{%q: "YOUR_PASSWORD", …}`, name)}
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: %s refuses this name or password%s.", c.Host(), c.quote()),
			Short:      "login refused",
			Evidence: []exchange.Evidence{
				{Exchange: c.X.ID, Part: exchange.RequestBody, Name: name, Value: "***", Note: "a password was sent"},
				c.statusLine(""),
			},
			Fix: exchange.Fix{Client: exchange.Advice{Text: "Check name and password:", Copy: c.curl(again...)}, Server: exchange.Advice{Text: "Look for the refused login in the server's log."}},
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "form", Finds: "forge.test refuses this name or password", HTTP: `> POST http://forge.test/login HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

u=admin&p=wrong&in=Login
< HTTP/1.1 401 Unauthorized
< Content-Type: text/html

<h1>Login</h1>`},
		{Name: "forbidden", Finds: "wiki.test refuses this name or password", HTTP: `> POST http://wiki.test/doku.php HTTP/1.1
> Cookie: sid=2YotnFZFEjr1zCsicMWpAA
> Content-Type: application/x-www-form-urlencoded

do=login&user=admin&password=no
< HTTP/1.1 403 Login failed`},
		{Name: "json", Finds: `refuses this name or password: "bad credentials"`, HTTP: `> POST http://api.test/session HTTP/1.1
> Content-Type: application/json

{"email": "ann@example.test", "password": "no"}
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"message":"bad credentials"}`},
		{Name: "no-login", Also: []string{"auth-missing-credentials"}, HTTP: `> POST http://api.test/items HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

p=1&name=a
< HTTP/1.1 401 Unauthorized`},
		{Name: "accepted", HTTP: `> POST http://forge.test/login HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

u=admin&p=right
< HTTP/1.1 302 Found
< Location: /`},
	},
})

// maySendPassword reports whether the request is a login or asks for a token, or
// may do so as its content is unknown.
func (c *Case) maySendPassword() bool {
	b := &c.X.Request.Body
	return c.sentPassword() != "" || c.sentForm().Has("grant_type") || c.X.Request.Method == http.MethodPost && !b.Whole() && b.Size <= maxLogin
}

// maxLogin is more than the content of a login has, in bytes.
const maxLogin = 16 << 10

// sentPassword is the name of the part of the request's content that holds a
// password beside a name, "" if there is none: the request is a login. Grants of
// OAuth have errors of their own.
func (c *Case) sentPassword() string {
	if c.X.Request.Method != http.MethodPost {
		return ""
	}
	var names []string
	for name := range c.sentForm() {
		names = append(names, name)
	}
	if sent, ok := c.sentJSON().(map[string]any); ok {
		for name := range sent {
			names = append(names, name)
		}
	}
	if slices.Contains(names, "grant_type") {
		return ""
	}
	slices.Sort(names)
	for _, name := range names {
		switch n := strings.ToLower(name); {
		case strings.Contains(n, "password"), strings.Contains(n, "passwd"), n == "pass", n == "pwd", n == "pw",
			n == "p" && slices.Contains(names, "u"):
			return name
		}
	}
	return ""
}
