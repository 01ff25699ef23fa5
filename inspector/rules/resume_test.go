package rules

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestResumeAt(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, value string
		want        time.Duration // from now; negative: cannot be read
	}{
		{"Retry-After", "47", 47 * time.Second},
		{"Retry-After", "0", 0},
		{"Retry-After", "Sun, 22 Nov 2026 14:01:00 GMT", time.Minute},
		{"Retry-After", "soon", -1},
		{"Retry-After", "-5", -1},
		{"X-RateLimit-Reset", "1795356060", time.Minute},
		{"X-RateLimit-Reset", "1795356060000", time.Minute},
		{"X-RateLimit-Reset", "60", time.Minute},
		{"X-RateLimit-Reset", "2026-11-22T14:01:00Z", time.Minute},
		{"X-RateLimit-Reset", "99999999", -1},
		{"X-RateLimit-Reset", "1595356060", -1},
		{"X-RateLimit-Reset-Requests", "1m30s", 90 * time.Second},
		{"X-RateLimit-Reset-After", "0.5", 500 * time.Millisecond},
		{"RateLimit", `"default";r=0;t=50`, 50 * time.Second},
		{"RateLimit-Reset", "50", 50 * time.Second},
		{"RateLimit-Reset", "1795356060", time.Minute},                        // GitLab
		{"RateLimit-ResetTime", "Sun, 22 Nov 2026 14:01:00 GMT", time.Minute}, // GitLab
		{"RateLimit", "limit=100, remaining=0, reset=50", 50 * time.Second},   // the seventh draft
		{"X-RateLimit-Reset", "2026-11-22T14:01Z", time.Minute},               // Atlassian
		{"X-RateLimit-Reset", "2026-11-22T14:01:00+0000", time.Minute},        // Vimeo
		{"X-RateLimit-Reset", "1795356000.5", 500 * time.Millisecond},         // Discord
		{"X-RateLimit-Reset-Tokens", "6ms", 6 * time.Millisecond},             // OpenAI
		{"X-RateLimit-Reset-Requests", "2m59.56s", 179560 * time.Millisecond},
		{"X-Rate-Limit-Reset", "1795356060", time.Minute}, // X
		{"Anthropic-RateLimit-Requests-Reset", "2026-11-22T14:01:00Z", time.Minute},
		{"Retry-After-Ms", "1500", 1500 * time.Millisecond},  // Azure OpenAI
		{"X-Ms-Retry-After-Ms", "20", 20 * time.Millisecond}, // Cosmos DB
		{"Retry-After", "2.0", 2 * time.Second},              // Shopify
		{"Retry-After", "1795356060", time.Minute},           // a time in the place of a span
		{"Retry-After", "60s", -1},
	} {
		r := resumeAt(exchange.Header{{Name: test.name, Value: test.value}}, now)
		switch {
		case r == nil && test.want >= 0:
			t.Errorf("%s: %s is not read", test.name, test.value)
		case r != nil && r.At.Sub(now) != test.want:
			t.Errorf("%s: %s: got %s, want %s", test.name, test.value, r.At.Sub(now), test.want)
		}
	}
}
