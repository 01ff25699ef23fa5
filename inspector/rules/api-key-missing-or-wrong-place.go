package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "api-key-missing-or-wrong-place", Title: "The API key is missing", Family: Auth, Severity: exchange.SeverityError,
	Explain:   "The server asks for an API key, and the request has none in the fields and query parameters where keys usually stand.",
	FixClient: "Send the key in the field that the documentation names.",
	FixServer: "Say in the body in which field the key is expected.",
	Spec:      "https://swagger.io/docs/specification/v3_0/authentication/api-keys/",
	When:      status(401, 403),
	Check: func(c *Case) *Finding {
		text := c.head(4 << 10)
		if !namesAPIKey(text) {
			return nil
		}
		proof := apiKeyText.FindString(text)
		if proof == "" || apiKeyInvalid.MatchString(text) && !strings.Contains(strings.ToLower(text), "missing") {
			return nil
		}
		for _, sent := range c.credentials() {
			if l := strings.ToLower(sent); strings.Contains(l, "key") {
				return nil
			}
		}
		want := "X-Api-Key"
		if found := apiKeyField.FindString(text); found != "" {
			want = found
		}
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: no API key was sent to %s, which asks for one.", c.Host()),
			Short:      "API key missing",
			Evidence:   []exchange.Evidence{c.requestField(want, ""), c.requestField("Authorization", ""), c.statusLine(""), {Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the key, in the field that the documentation names:", Copy: c.curl("-H", want+": YOUR_API_KEY")},
				Server: exchange.Advice{Text: "Say where the key is expected:", Copy: `{"detail":"send the API key in ` + want + `"}`},
			},
		}
	},
	Examples: []Example{
		{Name: "missing", Finds: "no API key was sent to api.test", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"message":"No API key found in request"}`},
		{Name: "sent", Also: []string{"auth-rejected"}, HTTP: `> GET http://api.test/items HTTP/1.1
> X-Api-Key: abc
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"message":"invalid API key"}`},
	},
})

var (
	apiKeyText    = regexp.MustCompile(`(?i)[^\n"{}]{0,40}\b(api[-_ ]?key|x-api-key|subscription[-_ ]key)\b[^\n"{}]{0,40}`)
	apiKeyInvalid = regexp.MustCompile(`(?i)invalid|incorrect|expired|revoked|not valid|restricted|not authorized|disabled`)
	apiKeyField   = regexp.MustCompile(`(?i)\b(x-[a-z]*-?api-key|ocp-apim-subscription-key|apikey)\b`)
)

// namesAPIKey reports whether apiKeyText can match at all: it is slow to find
// that it cannot.
func namesAPIKey(text string) bool {
	text = strings.ToLower(text)
	for _, name := range []string{"apikey", "api-key", "api_key", "api key", "subscription-key", "subscription_key", "subscription key"} {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
