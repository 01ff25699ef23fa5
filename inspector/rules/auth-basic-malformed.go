package rules

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-basic-malformed", Title: "The Basic credentials are malformed", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "Basic credentials are user name, colon and password in base64. A line end that was encoded with them, e.g. by echo, is part of the password.",
	FixClient: "Encode user:password without a line end, or let the client do it.",
	FixServer: "Nothing: these credentials cannot be read.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7617.html#section-2",
	When: when(status4xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Header.Has("Authorization") && (x.Response.Status == 400 || x.Response.Status == 401 || x.Response.Status == 403)
	}),
	Check: func(c *Case) *Finding {
		scheme, rest, _ := strings.Cut(c.X.Request.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Basic") || rest == "" || c.Links.Answer != nil {
			return nil
		}
		what := malformedBasic(strings.TrimSpace(rest))
		if what == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The Basic credentials are malformed: %s.", what),
			Short:    clip("Basic: "+strings.TrimPrefix(what, "there is "), shortCells),
			Evidence: []exchange.Evidence{c.requestField("Authorization", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Let curl encode them, or encode them without a line end (printf, not echo):", Copy: c.curl("-u", "USER:PASSWORD")},
				Server: exchange.Advice{Text: "Nothing: these credentials cannot be read."},
			},
		}
	},
	Examples: []Example{
		{Name: "plain", Finds: "not base64 but plain text", HTTP: malformed("Basic user:pass")},
		{Name: "no-colon", Finds: "no colon between user name and password", HTTP: malformed("Basic dXNlcg==")},
		{Name: "line-end", Finds: "a line end was encoded with them", HTTP: malformed("Basic dXNlcjpwYXNzCg==")},
		{Name: "broken", Finds: "not valid base64", HTTP: malformed("Basic dXNlcjpwYXNz!")},
		{Name: "well-formed", Also: []string{"auth-rejected"}, HTTP: malformed("Basic dXNlcjpwYXNz")},
	},
})

// malformedBasic says what is wrong with Basic credentials, without showing
// them; "" if nothing is.
func malformedBasic(s string) string {
	text, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		if _, raw := base64.RawStdEncoding.DecodeString(s); raw == nil {
			return "" // without its padding, which servers forgive
		}
		if strings.Contains(s, ":") {
			return "they are not base64 but plain text"
		}
		return "they are not valid base64"
	}
	user := string(text)
	switch {
	case strings.HasSuffix(user, "\n"):
		return "a line end was encoded with them"
	case !strings.Contains(user, ":"):
		return "there is no colon between user name and password"
	case strings.ContainsFunc(user, unicode.IsControl):
		return "they contain a control character"
	case !utf8.ValidString(user):
		return "they are not UTF-8"
	}
	return ""
}
