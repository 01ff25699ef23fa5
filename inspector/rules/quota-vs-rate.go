package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "quota-vs-rate", Title: "A quota is used up", Family: RateLimit, Severity: exchange.SeverityError,
	Explain:   "A quota counts by the day or month, or by money. Unlike with a rate limit, waiting some seconds does not help.",
	FixClient: "Stop trying again; raise the quota or the credit of the account.",
	FixServer: "Tell quota and rate apart in a code, and say when the quota starts anew.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-4",
	When:      status(402, 403, 429),
	Check: func(c *Case) *Finding {
		text := c.head(8 << 10)
		if !namesQuota(text) {
			return nil
		}
		proof := quotaText.FindString(text)
		if proof == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The quota of this account at %s is used up; trying again does not help.", c.Host()),
			Short:    "quota used up",
			Evidence: []exchange.Evidence{c.statusLine(""), {Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Do not try again by itself on this code:", Copy: "if (/quota|billing/.test(body)) throw new Error('quota used up')"},
				Server: exchange.Advice{Text: "Tell quota and rate apart, and say when it starts anew:", Copy: `{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded"}`},
			},
		}
	},
	Examples: []Example{
		{Name: "credit", Finds: "The quota of this account at api.test is used up", Also: []string{"rate-limited", "llm-error"}, HTTP: `> POST http://api.test/v1/chat HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Content-Type: application/json

{"error":{"type":"insufficient_quota","message":"You exceeded your current quota, please check your plan and billing details."}}`},
		{Name: "rate", Also: []string{"rate-limited"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Content-Type: application/json

{"error":"too many requests"}`},
	},
})

var quotaText = regexp.MustCompile(`(?i)insufficient_quota|"quotaExceeded"|dailyLimitExceeded|(daily|monthly)[ _-]?(request )?(quota|limit)[^"\n]{0,20}(exceeded|reached)|billing_(not_active|hard_limit_reached)|billing hard limit|credit balance is too low|exceeded your current quota|BILLING_DISABLED`)

// namesQuota reports whether quotaText can match at all: all that it looks for
// has one of these words.
func namesQuota(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "quota") || strings.Contains(text, "limit") ||
		strings.Contains(text, "billing") || strings.Contains(text, "credit balance")
}
