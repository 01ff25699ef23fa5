package rules

import (
	"github.com/dunglas/httpsfv"

	"httpwhy/inspector/exchange"
)

// serviceLimit is the member of RateLimit with the least left, with the quota
// of its policy (draft-ietf-httpapi-ratelimit-headers).
type serviceLimit struct {
	policy string
	// left counts quota units, reset and window seconds; quota and window are 0
	// and reset is -1 if they are not said.
	left, reset, quota, window int64
}

// rateLimitOf reads the structured fields RateLimit and RateLimit-Policy, nil if
// there is none that can be read.
func rateLimitOf(h exchange.Header) *serviceLimit {
	values := h.Values("RateLimit")
	if values == nil {
		return nil
	}
	members, err := httpsfv.UnmarshalList(values)
	if err != nil {
		return nil
	}
	var least *serviceLimit
	for _, m := range members {
		item, ok := m.(httpsfv.Item)
		if !ok {
			continue
		}
		left, ok := integer(item.Params, "r")
		if !ok || least != nil && left >= least.left {
			continue
		}
		least = &serviceLimit{policy: policyName(item.Value), left: left, reset: -1}
		if t, ok := integer(item.Params, "t"); ok {
			least.reset = t
		}
	}
	if least == nil {
		return nil
	}
	policies, err := httpsfv.UnmarshalList(h.Values("RateLimit-Policy"))
	if err != nil {
		return least
	}
	for _, m := range policies {
		if item, ok := m.(httpsfv.Item); ok && policyName(item.Value) == least.policy {
			least.quota, _ = integer(item.Params, "q")
			least.window, _ = integer(item.Params, "w")
		}
	}
	return least
}

func integer(p *httpsfv.Params, name string) (int64, bool) {
	v, ok := p.Get(name)
	if !ok {
		return 0, false
	}
	n, ok := v.(int64)
	return n, ok
}

// policyName is the name of a policy: a string or, in older drafts, a token.
func policyName(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case httpsfv.Token:
		return string(v)
	}
	return ""
}
