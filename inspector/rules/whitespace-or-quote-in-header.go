package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "whitespace-or-quote-in-header", Title: "The secret has a character too many", Family: Client, Severity: exchange.SeverityError,
	Explain:   "Quotation marks from an .env file, a line break at the end of a key file, or invisible characters from a web page become part of the secret, so that it does not match.",
	FixClient: "Remove the character.",
	FixServer: "Nothing to change.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-authentication-credentials",
	When:      status(400, 401, 403),
	Check: func(c *Case) *Finding {
		for _, s := range c.secrets() {
			what := strayCharacter(s)
			if what == "" {
				continue
			}
			return &Finding{
				Verdict:  fmt.Sprintf("The secret in %s %s.", s.Name, what),
				Short:    clip("secret "+what, shortCells),
				Evidence: []exchange.Evidence{{Part: s.Part, Name: s.Name, Value: fmt.Sprintf("%d bytes", len(s.Value)), Note: what}, c.statusLine("")},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Remove it; in a shell:", Copy: `TOKEN=$(printf %s "$TOKEN" | tr -d '"\r\n' | tr -d "'")`},
					Server: exchange.Advice{Text: "Nothing to change."},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "quotes", Finds: "The secret in Authorization stands in quotation marks", HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Token "2YotnFZFEjr1zCsicMWpAA"
< HTTP/1.1 401 Unauthorized`},
		{Name: "line-break", Finds: "ends with a line break written as \\n", HTTP: `> GET http://api.test/me HTTP/1.1
> X-Api-Key: 2YotnFZFEjr1zCsicMWpAA\n
< HTTP/1.1 403 Forbidden`},
		{Name: "parameters", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Digest username="a", response="b"
< HTTP/1.1 401 Unauthorized`},
	},
})

// strayCharacter says what is around the secret that does not belong to it, ""
// if nothing is.
func strayCharacter(s secret) string {
	v := s.Value
	if strings.EqualFold(s.Name, "Authorization") {
		scheme, rest, found := strings.Cut(v, " ")
		switch strings.ToLower(scheme) {
		case "bearer", "basic", "token", "apikey", "api-key", "key":
			v = rest
		default:
			if found {
				return "" // a scheme with parameters, which may be quoted
			}
		}
	}
	switch {
	case v == "":
		return ""
	case len(v) > 1 && (v[0] == '"' && v[len(v)-1] == '"' || v[0] == '\'' && v[len(v)-1] == '\''):
		return "stands in quotation marks"
	case v[0] == '"' || v[0] == '\'' || v[len(v)-1] == '"' || v[len(v)-1] == '\'':
		return "has a quotation mark at one end"
	case strings.HasSuffix(v, `\n`) || strings.HasSuffix(v, `\r`):
		return `ends with a line break written as \` + v[len(v)-1:]
	case v != strings.TrimSpace(v) || strings.HasSuffix(strings.ToLower(v), "%0a") || strings.HasSuffix(v, "%20"):
		return "has white space at one end"
	}
	for _, r := range v {
		switch r {
		case 0xa0, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x201c, 0x201d, 0x2018, 0x2019:
			return fmt.Sprintf("has the invisible or typographic character U+%04X", r)
		}
	}
	return ""
}
