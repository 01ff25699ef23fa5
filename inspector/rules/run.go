package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

// Run asks the rules about the case and returns what they found, in their order.
// Rules that are known are not asked: what they would find is found already. A
// rule that panics is reported as a note; the others go on.
func Run(c *Case, s *Set, known func(*Rule) bool) []Finding {
	var found []Finding
	are := c.facts()
	for i, needs := range s.needs {
		if !are.has(needs) {
			continue
		}
		r := s.rules[i]
		if !r.When.holds(c.X) || r.Fallback && preflightRequest(c.X) || known(r) {
			continue
		}
		if f := check(r, c); f != nil {
			found = append(found, *f)
		}
	}
	return found
}

// maxVerdict bounds a verdict, in characters. It is to be read at a glance.
const maxVerdict = 400

func check(r *Rule, c *Case) (f *Finding) {
	defer func() {
		if p := recover(); p != nil {
			f = &Finding{
				Exchange: c.X.ID, Rule: r.ID, Family: string(r.Family),
				Severity: exchange.SeverityInfo, Confidence: exchange.Certain,
				Verdict: fmt.Sprintf("The rule %s failed on this exchange: %v. Please report it.", r.ID, p),
				Short:   "a rule failed",
			}
		}
	}()
	f = r.Check(c)
	if f == nil {
		return nil
	}
	f.Exchange, f.Rule, f.Family = c.X.ID, r.ID, string(r.Family)
	f.Verdict = clip(f.Verdict, maxVerdict) // it may quote what is long
	if f.Severity == "" {
		f.Severity = r.Severity
	}
	if f.Confidence == "" {
		f.Confidence = exchange.Certain
	}
	if f.Why == "" {
		f.Why = r.Explain
	}
	if f.Reference == "" {
		f.Reference = r.Spec
	}
	if f.Fix.Client == (exchange.Advice{}) {
		f.Fix.Client.Text = r.FixClient
	}
	if f.Fix.Server == (exchange.Advice{}) {
		f.Fix.Server.Text = r.FixServer
	}
	f.Fix.Server = c.inItsWords(f.Fix.Server)
	for i := range f.Evidence {
		if f.Evidence[i].Exchange == 0 {
			f.Evidence[i].Exchange = c.X.ID
		}
	}
	return f
}

// preflightRequest reports whether x is a CORS preflight, whose status the
// rules about CORS explain better than any fallback.
func preflightRequest(x *exchange.Exchange) bool {
	return x.Request.Method == http.MethodOptions && x.Request.Header.Has("Access-Control-Request-Method")
}
