package inspector

import (
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/report"
	"httpwhy/inspector/rules"
	"httpwhy/inspector/transcript"
)

// FuzzObserve: no transcript makes a rule fail.
func FuzzObserve(f *testing.F) {
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			f.Add(e.HTTP)
		}
	}
	addExtremes(f)
	f.Fuzz(func(t *testing.T, text string) {
		xs, err := transcript.Parse(text)
		if err != nil {
			return
		}
		for _, fs := range findingsOf(xs) {
			for _, finding := range fs {
				if finding.Short == "a rule failed" {
					t.Errorf("%s", finding.Verdict)
				}
				report.Text(&finding, xs[0], 80)
				if _, err := report.JSON(&finding, xs[0]); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// TestCutContentFiresNothing: a rule about content must not judge a part of it.
func TestCutContentFiresNothing(t *testing.T) {
	for _, text := range []string{
		"> POST http://h.test/ HTTP/1.1\n> Content-Type: application/json\n\n{\"a\": [1,\n* body cut 70000\n< HTTP/1.1 400 Bad Request",
		"> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n\n{\"success\":false}\n* body cut 70000",
		"> HEAD http://h.test/ HTTP/1.1\n< HTTP/1.1 502 Bad Gateway\n< Content-Type: text/plain",
	} {
		for _, f := range findingsOf(parse(t, text))[1] {
			if f.Rule != "bad-request" && f.Rule != "server-error" && f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
				t.Errorf("%s fires on %q: %s", f.Rule, text, f.Verdict)
			}
		}
	}
}
