package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jwt-wrong-audience-or-issuer", Title: "The token is meant for another server", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "A server must refuse a token whose audience (aud) does not name it, and takes only tokens of the issuers (iss) that it is set up for.",
	FixClient: "Ask for a token for this API: the audience or resource in the token request decides.",
	FixServer: "Compare the audience and issuer in the configuration with those of the token.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.3",
	When:      status(400, 401, 403),
	Check: func(c *Case) *Finding {
		var token *content.FoundJWT
		for _, t := range c.sentTokens() {
			if t.JWT != nil && t.Cookie == "" {
				token = &t
				break
			}
		}
		if token == nil || c.Links.Answer != nil {
			return nil
		}
		claim, proof := c.refusedClaim()
		value := strings.Join(token.JWT.Aud, ", ")
		switch claim {
		case "":
			return nil
		case "iss":
			value = token.JWT.Iss
		}
		if value == "" {
			value = "absent"
		}
		what := word(claim == "aud", "audience", "issuer")
		return &Finding{
			Verdict: fmt.Sprintf("%s does not take the token's %s %s.", c.Host(), what, clip(value, 60)),
			Short:   clip("wrong "+what+": "+value, shortCells),
			Evidence: []exchange.Evidence{
				{Part: exchange.RequestHeader, Name: claim, Value: clip(value, 80), Note: "from the token"},
				c.statusLine(""),
				{Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask for a token for this API:", Copy: "curl -X POST TOKEN_ENDPOINT -d grant_type=client_credentials -d audience=" + shell(originOf(c.X.URL))},
				Server: exchange.Advice{Text: "Compare the configuration with the token:", Copy: claim + ": " + clip(value, 60)},
			},
		}
	},
	Examples: []Example{
		{Name: "envoy", Finds: "api.test does not take the token's audience web", HTTP: webToken + `< HTTP/1.1 403 Forbidden
< Content-Type: text/plain

Audiences in Jwt are not allowed`},
		{Name: "issuer", Finds: "does not take the token's issuer https://id.test", HTTP: webToken + `< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token", error_description="The issuer 'https://id.test' is invalid"`},
		{Name: "in-a-field-of-its-own", Finds: "does not take the token's audience web", HTTP: strings.Replace(webToken, "Authorization: Bearer ", "x-auth-token: ", 1) + `< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"message":"jwt audience invalid. expected: orders"}`},
		{Name: "opaque", Also: []string{"bearer-error"}, HTTP: `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token", error_description="The audience is invalid"`},
		{Name: "not-said", Also: []string{"auth-rejected"}, HTTP: webToken + `< HTTP/1.1 401 Unauthorized`},
	},
})

const webToken = `> GET http://api.test/me HTTP/1.1
> Authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLnRlc3QiLCJhdWQiOiJ3ZWIiLCJleHAiOjE3OTUzNTk4NDB9.c2ln
`

// refusedClaim is the claim that the answer does not take, aud or iss, and what
// it says of it; both are "" if it speaks of neither.
func (c *Case) refusedClaim() (claim, proof string) {
	_, params := bearerError(c.X.Response.Header)
	said := params["error_description"] + "\n" + c.head(2<<10)
	if proof = audienceText.FindString(said); proof != "" {
		return "aud", proof
	}
	if proof = issuerText.FindString(said); proof != "" {
		return "iss", proof
	}
	return "", ""
}

var (
	audienceText = regexp.MustCompile(`(?i)[^\n"{}]{0,40}\b(audiences?|"aud"|aud claim)\b[^\n"{}]{0,60}`)
	issuerText   = regexp.MustCompile(`(?i)[^\n"{}]{0,40}\b(issuer|"iss"|iss claim)\b[^\n"{}]{0,60}`)
)

// head is the first n bytes of Text.
func (c *Case) head(n int) string {
	text := c.Text()
	return text[:min(n, len(text))]
}

// mentions reports whether one of the words, given in lower case, stands in the
// first 8 KiB of Text, in any case. It spares pages patterns that cannot match.
func (c *Case) mentions(words ...string) bool {
	head := c.lower.get(func() string { return strings.ToLower(c.head(8 << 10)) })
	for _, word := range words {
		if strings.Contains(head, word) {
			return true
		}
	}
	return false
}
