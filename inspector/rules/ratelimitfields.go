package rules

import (
	"strings"

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

// maxRateLimit is more than any service says, in bytes.
const maxRateLimit = 4 << 10

// rateLimitOf reads the structured fields RateLimit and RateLimit-Policy, nil if
// there is none that can be read. Since its eighth draft RateLimit is a list of
// policies with the parameters r and t; before, it was a dictionary of limit,
// remaining and reset.
func rateLimitOf(h exchange.Header) *serviceLimit {
	values := h.Values("RateLimit")
	if size := len(strings.Join(values, ",")); size == 0 || size > maxRateLimit {
		return nil
	}
	if least := listedLimit(values); least != nil {
		least.readPolicy(h)
		return least
	}
	return dictionaryLimit(values, h)
}

func listedLimit(values []string) *serviceLimit {
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
	return least
}

// readPolicy takes quota and window from the policy of the same name.
func (s *serviceLimit) readPolicy(h exchange.Header) {
	policies, err := httpsfv.UnmarshalList(h.Values("RateLimit-Policy"))
	if err != nil {
		return
	}
	for _, m := range policies {
		if item, ok := m.(httpsfv.Item); ok && policyName(item.Value) == s.policy {
			s.quota, _ = integer(item.Params, "q")
			s.window, _ = integer(item.Params, "w")
		}
	}
}

// dictionaryLimit reads the form of the drafts before the eighth, whose policies
// are the quota itself, e.g. 100;w=60.
func dictionaryLimit(values []string, h exchange.Header) *serviceLimit {
	members, err := httpsfv.UnmarshalDictionary(values)
	if err != nil {
		return nil
	}
	get := func(name string) (int64, bool) {
		m, ok := members.Get(name)
		if !ok {
			return 0, false
		}
		item, ok := m.(httpsfv.Item)
		if !ok {
			return 0, false
		}
		n, ok := item.Value.(int64)
		return n, ok
	}
	left, ok := get("remaining")
	if !ok {
		return nil
	}
	s := &serviceLimit{left: left, reset: -1}
	if reset, ok := get("reset"); ok {
		s.reset = reset
	}
	s.quota, _ = get("limit")
	policies, err := httpsfv.UnmarshalList(h.Values("RateLimit-Policy"))
	if err != nil {
		return s
	}
	for _, m := range policies {
		if item, ok := m.(httpsfv.Item); ok && item.Value == s.quota {
			s.window, _ = integer(item.Params, "w")
		}
	}
	return s
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
