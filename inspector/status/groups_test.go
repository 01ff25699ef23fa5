package status

import (
	"slices"
	"testing"
)

func TestClassesHoldEveryCodeOnce(t *testing.T) {
	var numbers []int
	for _, g := range Classes() {
		for _, c := range g.Codes {
			if string(c.Class) != g.Name {
				t.Errorf("%d is %s, but listed as %s", c.Number, c.Class, g.Name)
			}
			numbers = append(numbers, c.Number)
		}
	}
	slices.Sort(numbers)
	if len(numbers) != len(All()) || len(slices.Compact(numbers)) != len(All()) {
		t.Errorf("%d codes in the classes, %d in all", len(numbers), len(All()))
	}
}

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
	if len(seen) != len(All()) {
		t.Errorf("%d codes in the topics, %d in all", len(seen), len(All()))
	}
}

func TestClassOf(t *testing.T) {
	for n, want := range map[int]Class{
		-1: OutOfRange, 0: OutOfRange, 99: OutOfRange, 100: Informational, 199: Informational, 299: Success,
		399: Redirection, 499: ClientError, 599: ServerError, 600: OutOfRange, 999: OutOfRange,
	} {
		if got := ClassOf(n); got != want {
			t.Errorf("ClassOf(%d) = %q, want %q", n, got, want)
		}
	}
}
