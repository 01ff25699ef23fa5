package filter

import (
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

// only is r without the fields that are not among reads.
func only(r *exchange.Row, reads Fields) *exchange.Row {
	var part exchange.Row
	if reads&URL != 0 {
		part.URL = r.URL
	}
	if reads&Status != 0 {
		part.Status = r.Status
	}
	if reads&Outcome != 0 {
		part.State, part.Mode, part.Synthetic = r.State, r.Mode, r.Synthetic
		part.FailureKind, part.FailureMessage, part.Findings = r.FailureKind, r.FailureMessage, r.Findings
	}
	if reads&Message != 0 {
		part.Method, part.Proto, part.MIME = r.Method, r.Proto, r.MIME
	}
	if reads&Client != 0 {
		part.Client = r.Client
	}
	if reads&Numbers != 0 {
		part.ID, part.Start, part.Duration = r.ID, r.Start, r.Duration
		part.RequestBytes, part.ResponseBytes = r.RequestBytes, r.ResponseBytes
	}
	return &part
}

// combined matches with each term seeing only the fields that it reads.
func combined(f *Filter, r *exchange.Row) bool {
	return Combine(
		f.At(testNow),
		func(t Term) bool { return t.Match(only(r, t.Reads)) },
		func(all []bool) bool {
			for _, is := range all {
				if !is {
					return false
				}
			}
			return true
		},
		func(any []bool) bool {
			for _, is := range any {
				if is {
					return true
				}
			}
			return false
		},
		func(is bool) bool { return !is },
	)
}

func TestCombineIsMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCondition(t, 4)
		f, err := Parse(c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		for range 5 {
			r := drawRow(t)
			if got, want := combined(f, &r), c.is(r); got != want {
				t.Fatalf("%s combined matches %+v: %v, want %v", c.text, r, got, want)
			}
		}
	})
}

// Every example of every field and operator reads what it says it reads.
func TestTermsReadWhatTheySay(t *testing.T) {
	examples := []string{"~m GET", "~u a", "~d api", "~c 404", "~s", "~q", "~e", "~t json", "~ts json", "~a", "~src 127", "~http", "~all", "~diag jwt", "~dur >1ms", "~size >1", "~age <5m"}
	for _, k := range Keys() {
		examples = append(examples, k.Examples...)
	}
	for _, s := range examples {
		f, err := Parse(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		for i := range testRows {
			r := testRows[i]
			if got, want := combined(f, &r), f.At(testNow).Match(&r); got != want {
				t.Errorf("%s of %+v: %v, want %v", s, r, got, want)
			}
		}
	}
}
