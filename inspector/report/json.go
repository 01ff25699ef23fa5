package report

import (
	"encoding/json"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// Finding is a finding as programs read it. Its form is stable.
type Finding struct {
	Exchange   exchange.ID         `json:"exchange"`
	Method     string              `json:"method"`
	URL        string              `json:"url"`
	Status     int                 `json:"status"`
	Rule       string              `json:"rule"`
	Family     string              `json:"family"`
	Severity   exchange.Severity   `json:"severity"`
	Confidence exchange.Confidence `json:"confidence"`
	Primary    bool                `json:"primary"`
	Related    []exchange.ID       `json:"related"`
	Verdict    string              `json:"verdict"`
	Evidence   []Evidence          `json:"evidence"`
	Fix        Fix                 `json:"fix"`
	Why        string              `json:"why"`
	Reference  string              `json:"reference"`
}

// Evidence is one fact of a Finding.
type Evidence struct {
	Exchange exchange.ID   `json:"exchange"`
	Part     exchange.Part `json:"part"`
	Name     string        `json:"name"`
	Value    string        `json:"value"`
}

// Fix is what to change on either side: the advice, and behind a line break
// the lines to paste. Either may be empty.
type Fix struct {
	Client string `json:"client"`
	Server string `json:"server"`
}

// JSON renders a finding of x as one JSON object on one line, without a line
// break at its end.
func JSON(f *exchange.Finding, x *exchange.Exchange) ([]byte, error) {
	o := Finding{
		Exchange: f.Exchange, Rule: f.Rule, Family: f.Family, Severity: f.Severity, Confidence: f.Confidence,
		Primary: f.Primary, Related: append([]exchange.ID{}, f.Related...), Verdict: f.Verdict, Evidence: []Evidence{},
		Fix: Fix{advice(f.Fix.Client), advice(f.Fix.Server)}, Why: f.Why, Reference: f.Reference,
	}
	if x != nil {
		o.Method, o.URL, o.Status = x.Request.Method, content.MaskURL(x.URL), x.Status()
	}
	for _, e := range f.Evidence {
		o.Evidence = append(o.Evidence, Evidence{e.Exchange, e.Part, e.Name, e.Value})
	}
	return json.Marshal(o)
}

func advice(a exchange.Advice) string {
	switch {
	case a.Copy == "":
		return a.Text
	case a.Text == "":
		return a.Copy
	}
	return a.Text + "\n" + a.Copy
}
