package rules

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "retry-after-invalid", Title: "Retry-After cannot be read", Family: RateLimit, Severity: exchange.SeverityWarning, Aside: true,
	Explain:   "Retry-After is a whole number of seconds or a date in the form of HTTP. Clients ignore anything else and come back at once.",
	FixClient: "Wait with growing pauses instead.",
	FixServer: "Send whole seconds.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-retry-after",
	When:      when(anyStatus|answersRetryAfter, func(x *exchange.Exchange) bool { return received(x) && x.Response.Header.Has("Retry-After") }),
	Check: func(c *Case) *Finding {
		v := c.X.Response.Header.Get("Retry-After")
		now, _ := c.Now()
		what := ""
		if strings.Trim(v, "0123456789") != "" || v == "" {
			date, err := http.ParseTime(v)
			switch {
			case err != nil:
				what = "it is neither whole seconds nor an HTTP date"
			case now.Unix() > 0 && now.Sub(date) > time.Minute:
				what = "the date lies " + duration(now.Sub(date)) + " in the past"
			}
		}
		if what == "" {
			return c.longRetryAfter(v, now)
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Retry-After %q cannot be used: %s.", clip(v, 40), what),
			Short:    clip("bad Retry-After: "+v, shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Retry-After", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Wait with growing pauses instead:", Copy: c.curl("--retry", "5")},
				Server: exchange.Advice{Text: "Send whole seconds:", Copy: "Retry-After: 30"},
			},
		}
	},
	Examples: []Example{
		{Name: "unit", Finds: `Retry-After "60s" cannot be used`, Also: []string{"rate-limited"}, HTTP: retryAfter("60s")},
		{Name: "fraction", Finds: "neither whole seconds nor an HTTP date", Also: []string{"rate-limited"}, HTTP: retryAfter("1.5")},
		{Name: "past", Finds: "the date lies 1 h in the past", Also: []string{"rate-limited"}, HTTP: retryAfter("Sun, 22 Nov 2026 13:00:00 GMT")},
		{Name: "unavailable", Finds: "the date lies 1 h in the past", Also: []string{"server-error"}, HTTP: strings.Replace(retryAfter("Sun, 22 Nov 2026 13:00:00 GMT"), "429 Too Many Requests", "503 Service Unavailable", 1)},
		{Name: "epoch", Finds: "it is a time since 1970, and a number here counts seconds from now", Also: []string{"rate-limited"}, HTTP: retryAfter("1795356060")},
		{Name: "milliseconds", Finds: "Is it meant in milliseconds?", Also: []string{"rate-limited"}, HTTP: retryAfter("300000")},
		{Name: "day", Also: []string{"rate-limited"}, HTTP: retryAfter("86400")},
		{Name: "seconds", Also: []string{"rate-limited"}, HTTP: retryAfter("60")},
		{Name: "date", Also: []string{"rate-limited"}, HTTP: retryAfter("Sun, 22 Nov 2026 14:01:00 GMT")},
	},
})

// longRetryAfter finds numbers that are far too large for seconds.
func (c *Case) longRetryAfter(v string, now time.Time) *Finding {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n <= 86400 {
		return nil
	}
	f := &Finding{
		Confidence: exchange.Possible, Severity: exchange.SeverityInfo,
		Verdict:  fmt.Sprintf("Retry-After asks to wait %s. Is it meant in milliseconds?", duration(time.Duration(min(n, 1e9))*time.Second)),
		Short:    clip("Retry-After: "+v, shortCells),
		Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Retry-After", "")},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Wait with growing pauses instead:", Copy: c.curl("--retry", "5")},
			Server: exchange.Advice{Text: "Send whole seconds:", Copy: fmt.Sprintf("Retry-After: %d", (n+999)/1000)},
		},
	}
	if at := time.Unix(n, 0); n > 1e9 && plausible(at, now) {
		f.Confidence, f.Severity = exchange.Certain, exchange.SeverityWarning
		f.Verdict = fmt.Sprintf("Retry-After %q cannot be used: it is a time since 1970, and a number here counts seconds from now.", clip(v, 40))
		f.Fix.Server.Copy = fmt.Sprintf("Retry-After: %d", max(n-now.Unix(), 0))
	}
	return f
}

func retryAfter(value string) string {
	return "> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 429 Too Many Requests\n< Date: Sun, 22 Nov 2026 14:00:00 GMT\n< Retry-After: " + value
}
