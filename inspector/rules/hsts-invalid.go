package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "hsts-invalid", Title: "Strict-Transport-Security has no effect", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Browsers take the field from https responses alone, and only with a valid max-age, each directive once. All else they ignore without a word.",
	FixClient: "Nothing to change.",
	FixServer: "Send it once, over https, with max-age in seconds.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6797.html#section-6.1",
	When: when(anyStatus|answersHSTS, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Header.Has("Strict-Transport-Security")
	}),
	Check: func(c *Case) *Finding {
		fault := ""
		if values := c.X.Response.Header.Values("Strict-Transport-Security"); len(values) > 0 {
			fault = hstsFault(values[0])
		}
		if fault == "" && strings.HasPrefix(c.X.URL, "http:") && c.X.Mode == exchange.Forward {
			fault = "came over http"
		}
		if fault == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Browsers ignore the Strict-Transport-Security of %s: it %s.", c.Host(), fault),
			Short:    clip("HSTS "+fault, shortCells),
			Evidence: []exchange.Evidence{c.responseField("Strict-Transport-Security", fault), c.requestLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: exchange.Advice{Text: "Over https, send:", Copy: "Strict-Transport-Security: max-age=31536000; includeSubDomains"},
			},
		}
	},
	Examples: []Example{
		{Name: "no-max-age", Finds: "it has no max-age", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Strict-Transport-Security: includeSubDomains`},
		{Name: "over-http", Finds: "it came over http", HTTP: `> GET http://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Strict-Transport-Security: max-age=300`},
		{Name: "valid", HTTP: `> GET https://www.test/ HTTP/1.1
< HTTP/1.1 200 OK
< Strict-Transport-Security: max-age="31536000" ; includeSubDomains; preload`},
	},
})

// hstsFault says why a value is ignored (RFC 6797 section 6.1), "" if it is
// not.
func hstsFault(value string) string {
	seen := map[string]bool{}
	for _, d := range strings.Split(value, ";") {
		name, v, _ := strings.Cut(d, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		if seen[name] {
			return "has " + clip(name, 30) + " twice"
		}
		seen[name] = true
		v = unquote(v)
		if name == "max-age" && (v == "" || strings.Trim(v, "0123456789") != "") {
			return fmt.Sprintf("has the max-age %q, which is no number of seconds", clip(v, 30))
		}
	}
	if !seen["max-age"] {
		return "has no max-age"
	}
	return ""
}
