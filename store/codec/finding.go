package codec

import "httpwhy/inspector/exchange"

type finding struct {
	Exchange   exchange.ID         `cbor:"1,keyasint,omitempty"`
	Rule       string              `cbor:"2,keyasint,omitempty"`
	Family     string              `cbor:"3,keyasint,omitempty"`
	Severity   exchange.Severity   `cbor:"4,keyasint,omitempty"`
	Confidence exchange.Confidence `cbor:"5,keyasint,omitempty"`
	Primary    bool                `cbor:"6,keyasint,omitempty"`
	Related    []exchange.ID       `cbor:"7,keyasint,omitempty"`
	Verdict    string              `cbor:"8,keyasint,omitempty"`
	Short      string              `cbor:"9,keyasint,omitempty"`
	Evidence   []evidence          `cbor:"10,keyasint,omitempty"`
	Client     advice              `cbor:"11,keyasint"`
	Server     advice              `cbor:"12,keyasint"`
	Why        string              `cbor:"13,keyasint,omitempty"`
	Reference  string              `cbor:"14,keyasint,omitempty"`
}

type advice struct {
	Text string `cbor:"1,keyasint,omitempty"`
	Copy string `cbor:"2,keyasint,omitempty"`
}

type evidence struct {
	Exchange exchange.ID   `cbor:"1,keyasint,omitempty"`
	Part     exchange.Part `cbor:"2,keyasint,omitempty"`
	Name     string        `cbor:"3,keyasint,omitempty"`
	Value    string        `cbor:"4,keyasint,omitempty"`
	Note     string        `cbor:"5,keyasint,omitempty"`
}

// MarshalFindings encodes the findings of one exchange.
func MarshalFindings(fs []exchange.Finding) ([]byte, error) {
	list := make([]finding, 0, len(fs))
	for i := range fs {
		f := &fs[i]
		to := finding{
			Exchange: f.Exchange, Rule: f.Rule, Family: f.Family, Severity: f.Severity,
			Confidence: f.Confidence, Primary: f.Primary, Related: f.Related,
			Verdict: f.Verdict, Short: f.Short, Client: advice(f.Fix.Client), Server: advice(f.Fix.Server),
			Why: f.Why, Reference: f.Reference,
		}
		for _, e := range f.Evidence {
			to.Evidence = append(to.Evidence, evidence(e))
		}
		list = append(list, to)
	}
	return Marshal(list)
}

// UnmarshalFindings decodes what MarshalFindings made.
func UnmarshalFindings(b []byte) ([]exchange.Finding, error) {
	var list []finding
	if err := Unmarshal(b, &list); err != nil {
		return nil, err
	}
	var fs []exchange.Finding
	for i := range list {
		f := &list[i]
		to := exchange.Finding{
			Exchange: f.Exchange, Rule: f.Rule, Family: f.Family, Severity: f.Severity,
			Confidence: f.Confidence, Primary: f.Primary, Related: f.Related,
			Verdict: f.Verdict, Short: f.Short,
			Fix: exchange.Fix{Client: exchange.Advice(f.Client), Server: exchange.Advice(f.Server)},
			Why: f.Why, Reference: f.Reference,
		}
		for _, e := range f.Evidence {
			to.Evidence = append(to.Evidence, exchange.Evidence(e))
		}
		fs = append(fs, to)
	}
	return fs, nil
}
