package rules

import (
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// TestLimitOf reads the fields that services document.
func TestLimitOf(t *testing.T) {
	for _, test := range []struct{ name, fields, want string }{
		{"github", "X-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 0\nX-RateLimit-Used: 5000\nX-RateLimit-Resource: core", "0 of 5000 left"},
		{"gitlab", "RateLimit-Limit: 60\nRateLimit-Observed: 67\nRateLimit-Remaining: 0\nRateLimit-Name: throttle_authenticated_web", "0 of 60 left"},
		{"x", "x-rate-limit-limit: 15\nx-rate-limit-remaining: 3", "3 of 15 left"},
		{"shopify", "X-Shopify-Shop-Api-Call-Limit: 39/40", "1 of 40 left"},
		{"salesforce", "Sforce-Limit-Info: api-usage=18/5000", "4982 of 5000 left"},
		{"discord", "X-RateLimit-Limit: 5\nX-RateLimit-Remaining: 0\nX-RateLimit-Bucket: abcd1234", "0 of 5 left"},
		{"reddit", "x-ratelimit-remaining: 595.0\nx-ratelimit-used: 5", "595 left"},
		{"azure", "x-ms-ratelimit-remaining-subscription-reads: 11999", "11999 left"},
		{"openai", "x-ratelimit-limit-requests: 60\nx-ratelimit-remaining-requests: 59\nx-ratelimit-limit-tokens: 150000\nx-ratelimit-remaining-tokens: 100", "100 of 150000 left"},
		{"anthropic", "anthropic-ratelimit-requests-limit: 50\nanthropic-ratelimit-requests-remaining: 49", "49 of 50 left"},
		{"kong", "X-RateLimit-Limit-Minute: 5\nX-RateLimit-Remaining-Minute: 0\nX-RateLimit-Limit-Hour: 100\nX-RateLimit-Remaining-Hour: 90", "0 of 5 left per minute"},
		{"docker", "ratelimit-limit: 100;w=21600\nratelimit-remaining: 76;w=21600", "76 of 100 left per 6 h"},
		{"hubspot", "X-HubSpot-RateLimit-Max: 100\nX-HubSpot-RateLimit-Remaining: 98\nX-HubSpot-RateLimit-Daily: 250000\nX-HubSpot-RateLimit-Daily-Remaining: 1", "1 of 250000 left"},
		{"atlassian", "X-RateLimit-Limit: 350\nX-RateLimit-Remaining: 10\nX-RateLimit-NearLimit: true", "10 of 350 left"},
		{"sixth draft", "RateLimit-Limit: 100, 100;w=60\nRateLimit-Remaining: 9", "9 of 100 left per minute"},
		{"seventh draft", "RateLimit-Policy: 100;w=60\nRateLimit: limit=100, remaining=50, reset=5", "50 of 100 left per minute"},
		{"eighth draft", "RateLimit-Policy: \"burst\";q=100;w=60, \"daily\";q=1000;w=86400\nRateLimit: \"burst\";r=50;t=5, \"daily\";r=3;t=100", "3 of 1000 left per day"},
		{"no count", "X-RateLimit-Remaining: unlimited", ""},
		{"none", "X-Upload-Limit: 10\nX-Items-Remaining: 0", ""},
		{"another's", "X-Frame-Options: DENY", ""},
	} {
		var h exchange.Header
		for line := range strings.Lines(test.fields) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			h = append(h, exchange.Field{Name: name, Value: value})
		}
		got := ""
		if l := limitOf(h); l != nil {
			got = l.words()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestResumeInBody(t *testing.T) {
	for content, want := range map[string]string{
		`{"message":"You are being rate limited.","retry_after":64.57,"global":false}`:                                "64.57 s",
		`{"ok":false,"error_code":429,"parameters":{"retry_after":5}}`:                                                "5 s",
		`{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}`:  "34s",
		`{"error":{"message":"Rate limit reached for requests. Please try again in 20s."}}`:                           "try again in 20s",
		`{"error":{"code":"429","message":"Requests have exceeded call rate limit. Please retry after 47 seconds."}}`: "retry after 47 seconds",
		`{"detail":"Request was throttled. Expected available in 52 seconds."}`:                                       "available in 52 seconds",
		`{"error":"please do not try again"}`:                                                                         "",
	} {
		c := &Case{X: &exchange.Exchange{Response: &exchange.Message{
			Status: 429, Header: exchange.Header{{Name: "Content-Type", Value: "application/json"}},
			Body: exchange.Body{State: exchange.WholeBody, Size: int64(len(content)), Data: []byte(content)},
		}}}
		got := ""
		if r := c.resumeInBody(c.answered()); r != nil {
			got = r.Value
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", content, got, want)
		}
	}
}
