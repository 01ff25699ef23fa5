package status

import "testing"

func TestTopicsHoldEveryCode(t *testing.T) {
	seen := map[int]bool{}
	for _, g := range Topics() {
		if len(g.Codes) < 2 {
			t.Errorf("topic %q has %d codes", g.Name, len(g.Codes))
		}
		for _, c := range g.Codes {
			seen[c.Number] = true
		}
	}
	if len(seen) != len(table) {
		t.Errorf("%d codes in the topics, %d in all", len(seen), len(table))
	}
}

func TestClassOf(t *testing.T) {
	for _, c := range table {
		if c.Class != ClassOf(c.Number) {
			t.Errorf("%d is listed as %s", c.Number, c.Class)
		}
	}
	for n, want := range map[int]Class{
		-1: OutOfRange, 0: OutOfRange, 99: OutOfRange, 100: Informational, 199: Informational, 299: Success,
		399: Redirection, 499: ClientError, 599: ServerError, 600: OutOfRange, 999: OutOfRange,
	} {
		if got := ClassOf(n); got != want {
			t.Errorf("ClassOf(%d) = %q, want %q", n, got, want)
		}
	}
}
