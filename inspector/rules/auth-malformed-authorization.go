package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-malformed-authorization", Title: "Authorization is malformed", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "Authorization is a scheme, one space and the credentials. For Bearer these are one word of letters, digits and - . _ ~ + / =.",
	FixClient: "Send the scheme and the token as they are, without quotes.",
	FixServer: "Answer 400 with error=\"invalid_request\", so that clients can tell it from a token that is refused.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1",
	When: when(status4xx|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Header.Has("Authorization") &&
			(x.Response.Status == 400 || x.Response.Status == 401 || x.Response.Status == 403)
	}),
	Check: func(c *Case) *Finding {
		values := c.X.Request.Header.Values("Authorization")
		what := malformedCredentials(values[0])
		if len(values) > 1 {
			what = fmt.Sprintf("the field is sent %d times", len(values))
		}
		if what == "" || c.Links.Answer != nil {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Authorization is malformed: %s.", what),
			Short:    clip("auth: "+what, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Authorization", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the scheme, one space and the token:", Copy: c.curl("-H", "Authorization: Bearer YOUR_TOKEN")},
				Server: exchange.Advice{Text: "Tell clients what is wrong:", Copy: `WWW-Authenticate: Bearer error="invalid_request"`},
			},
		}
	},
	Examples: []Example{
		{Name: "no-scheme", Finds: "the scheme is missing before the token", HTTP: malformed("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln")},
		{Name: "twice", Finds: `"Bearer" stands twice`, HTTP: malformed("Bearer Bearer 2YotnFZFEjr1zCsicMWpAA")},
		{Name: "undefined", Finds: `the token is "undefined"`, HTTP: malformed("Bearer undefined")},
		{Name: "template", Finds: "a placeholder that was not filled in", HTTP: malformed("Bearer ${TOKEN}")},
		{Name: "quotes", Finds: "the token stands in quotation marks", HTTP: malformed(`Bearer "2YotnFZFEjr1zCsicMWpAA"`)},
		{Name: "colon", Finds: "a colon stands behind the scheme", HTTP: malformed("Bearer: 2YotnFZFEjr1zCsicMWpAA")},
		{Name: "no-space", Finds: "the space behind Bearer is missing", HTTP: malformed("BearereyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln")},
		{Name: "nothing", Finds: "no token stands behind Bearer", HTTP: malformed("Bearer")},
		{Name: "character", Finds: "character 4 of the token is ' '", HTTP: malformed("Bearer 2Yo tnFZFEjr1zCsicMWpAA")},
		{Name: "well-formed", Also: []string{"auth-rejected"}, HTTP: malformed("Bearer 2YotnFZFEjr1zCsicMWpAA")},
		{Name: "other-scheme", Also: []string{"auth-rejected"}, HTTP: malformed("AWS4-HMAC-SHA256 Credential=A/20261122/eu/s3/aws4_request, SignedHeaders=host, Signature=b")},
	},
})

func malformed(value string) string {
	return "> GET http://api.test/me HTTP/1.1\n> Authorization: " + value + "\n< HTTP/1.1 401 Unauthorized"
}

var (
	templateText = regexp.MustCompile(`(?i)^(<[a-z_ .-]+>|\$\{?[a-z_.]+\}?|\{\{?[a-z_ .]+\}?\}|%[a-z_]+%|(your|my|insert)[_-]?[a-z_-]*(token|key)([_-]here)?|(token|changeme|x{3,}))$`)
	noValues     = map[string]bool{"undefined": true, "null": true, "none": true, "nan": true, "nil": true, "false": true, "[object object]": true, "(null)": true}
)

// malformedCredentials says what is wrong with a value of Authorization, "" if
// nothing is. Schemes that are not known may look as they like.
func malformedCredentials(v string) string {
	scheme, rest, found := strings.Cut(v, " ")
	lower := strings.ToLower(v)
	token := strings.TrimSpace(rest)
	switch {
	case v == "":
		return "it is empty"
	case noValues[lower]:
		return fmt.Sprintf("it is %q", v)
	case strings.EqualFold(v, "Bearer"), strings.EqualFold(v, "Basic"):
		return "no token stands behind " + v
	case content.LooksLikeJWT(scheme):
		return "the scheme is missing before the token (Bearer)"
	case strings.HasPrefix(lower, "bearer:"), strings.HasPrefix(lower, "bearer="), strings.HasPrefix(lower, "basic:"):
		return "a colon stands behind the scheme instead of a space"
	case strings.HasPrefix(lower, "bearer") && !found && len(v) > 16:
		return "the space behind Bearer is missing"
	case strings.HasPrefix(lower, "authorization:"):
		return `the field's name stands in its value`
	case !strings.EqualFold(scheme, "Bearer"):
		return ""
	case token == "":
		return "no token stands behind Bearer"
	}
	return malformedBearer(token)
}

func malformedBearer(token string) string {
	switch lower := strings.ToLower(token); {
	case strings.HasPrefix(lower, "bearer "):
		return `"Bearer" stands twice`
	case noValues[lower]:
		return fmt.Sprintf("the token is %q", token)
	case templateText.MatchString(token):
		return "the token is a placeholder that was not filled in"
	case strings.ContainsRune(`"'`, rune(token[0])):
		return "the token stands in quotation marks"
	case strings.HasSuffix(token, `\n`), strings.HasSuffix(token, `\r`):
		return "the token ends with an escaped line end"
	}
	for i := range len(token) {
		if c := token[i]; !bearerByte(c) {
			return fmt.Sprintf("character %d of the token is %q, which Bearer does not allow", i+1, c)
		}
	}
	return ""
}

// bearerByte reports whether c is in b64token (RFC 6750 section 2.1).
func bearerByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/=", c) >= 0
}
