package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "placeholder-secrets", Title: "A placeholder was sent in place of the secret", Family: Client, Severity: exchange.SeverityError,
	Explain:   "The documentation's example was not filled in, or a variable was not replaced: in single quotes the shell leaves ${TOKEN} as it is, and a template without its value stays as it stands.",
	FixClient: "Put the real key there.",
	FixServer: "Nothing to change.",
	Spec:      "https://www.gnu.org/software/bash/manual/html_node/Quoting.html",
	When:      statusFrom(400, 499),
	Check: func(c *Case) *Finding {
		for _, s := range c.secrets() {
			if len(s.Value) > maxPlaceholder {
				continue // a real one
			}
			found := placeholderSecret.FindString(s.Value)
			if found == "" {
				continue
			}
			return &Finding{
				Verdict:  fmt.Sprintf("%s holds the placeholder %s, not a secret.", s.Name, clip(found, 40)),
				Short:    clip("placeholder "+found, shortCells),
				Evidence: []exchange.Evidence{{Part: s.Part, Name: s.Name, Value: clip(found, 60), Note: "a placeholder"}, c.statusLine("")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Put the real value there; the shell replaces variables in double quotes alone:", Copy: `curl -H "Authorization: Bearer $TOKEN" ` + shell(clip(c.Host(), 60))},
					Server: exchange.Advice{Text: "Nothing to change."},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "documentation", Finds: "Authorization holds the placeholder YOUR-SECRET-KEY-HERE", HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Token YOUR-SECRET-KEY-HERE
< HTTP/1.1 401 Unauthorized`},
		{Name: "shell", Finds: "X-Api-Key holds the placeholder ${API_KEY}", HTTP: `> GET http://api.test/me HTTP/1.1
> X-Api-Key: ${API_KEY}
< HTTP/1.1 403 Forbidden`},
		{Name: "query", Finds: "holds the placeholder {{token}}", Also: []string{"path-placeholder-unresolved"}, HTTP: `> GET http://api.test/me?access_token={{token}} HTTP/1.1
< HTTP/1.1 401 Unauthorized`},
		{Name: "token", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized`},
	},
})

// maxPlaceholder is more than what is written in place of a secret, in bytes.
const maxPlaceholder = 1 << 10

// placeholderSecret matches what documentation and templates write in place of
// a secret.
var placeholderSecret = regexp.MustCompile(`(?i)\b(?:your|my|insert|enter|replace)[-_ ](?:[a-z]+[-_ ]){0,3}(?:key|token|secret|password|here)\b|` +
	`\$\{[A-Za-z_][A-Za-z0-9_.]*\}|\{\{ ?[A-Za-z_][A-Za-z0-9_.]* ?\}\}|<[A-Za-z][A-Za-z _-]{2,30}>|\$[A-Z][A-Z0-9_]{2,30}$|%[A-Z][A-Z0-9_]{2,30}%|` +
	`\bprocess\.env\.\w+|\bos\.environ\b|\bchange[-_]?me\b|\breplace[-_]?me\b|^(?:Bearer |Token )?x{4,}$`)

// secret is a place of the request that holds a secret.
type secret struct {
	Part        exchange.Part
	Name, Value string
}

// secrets are the places of the request that should hold a secret: fields and
// parameters of the query. Cookies are not among them; servers make those.
func (c *Case) secrets() []secret {
	var found []secret
	for _, name := range c.credentials() {
		v := c.X.Request.Header.Get(name)
		// auth-malformed-authorization says what is wrong with Authorization.
		malformed := strings.EqualFold(name, "Authorization") && malformedCredentials(v) != ""
		if v != "" && !strings.EqualFold(name, "Cookie") && !malformed {
			found = append(found, secret{exchange.RequestHeader, name, v})
		}
	}
	for _, name := range secretParameters {
		if v := c.query().Get(name); v != "" {
			found = append(found, secret{exchange.RequestLine, "the query's " + name, v})
		}
	}
	return found
}

var secretParameters = []string{
	"access_token", "api_key", "apikey", "api-key", "key", "token", "auth_token", "client_secret", "id_token", "refresh_token", "password", "secret",
}
