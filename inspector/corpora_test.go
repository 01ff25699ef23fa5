package inspector

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
	"httpwhy/inspector/transcript"
)

// corpora are all transcripts that the tests have, by name: the examples of the
// rules, and the files in testdata.
func corpora(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			all[r.ID+"/"+e.Name] = e.HTTP
		}
	}
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) < 16 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, c := range strings.Split("\n"+string(text), "\n### ") {
			if head, body, _ := strings.Cut(c, "\n"); filepath.Dir(file) == "testdata/healthy" {
				all[file] = c
			} else if strings.TrimSpace(body) != "" {
				all[fmt.Sprintf("%s/%d %s", file, n, head)] = body
			}
		}
	}
	return all
}

// TestCorporaInAnyOrder: whatever ended first, and whatever was diagnosed
// together, the findings are the same.
func TestCorporaInAnyOrder(t *testing.T) {
	random, all := rand.New(rand.NewPCG(1, 2)), corpora(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text := all[name]
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(xs) < 2 {
			continue
		}
		want := findingsOf(xs)
		for range 3 {
			got, i := map[exchange.ID][]exchange.Finding{}, New(Options{})
			take := func(us []Update) {
				for _, u := range us {
					got[u.Exchange] = u.Findings
				}
			}
			order := slices.Clone(xs)
			random.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
			for len(order) > 0 {
				n := 1 + random.IntN(len(order))
				take(i.Observe(order[:n]...))
				order = order[n:]
			}
			take(i.Flush())
			for _, x := range xs {
				if a, b := want[x.ID], got[x.ID]; (len(a) > 0 || len(b) > 0) && !reflect.DeepEqual(a, b) {
					t.Errorf("%s: #%d: %v, and %v in another order", name, x.ID, verdicts(a), verdicts(b))
				}
			}
		}
	}
}

// TestCutCorporaRaiseNoAlarm: what was not kept of a body is unknown, so a rule
// may say less of it, and never more.
func TestCutCorporaRaiseNoAlarm(t *testing.T) {
	random, all := rand.New(rand.NewPCG(1, 3)), corpora(t)
	names := slices.Sorted(maps.Keys(all))
	for round := range 3 * len(names) {
		name := names[round%len(names)]
		text := all[name]
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := findingsOf(xs)
		cut := make([]*exchange.Exchange, len(xs))
		for n, x := range xs {
			y := *x
			cutBody(random, &y.Request.Body)
			if x.Response != nil {
				m := *x.Response
				cutBody(random, &m.Body)
				y.Response = &m
			}
			cut[n] = &y
		}
		for id, fs := range findingsOf(cut) {
			for _, f := range fs {
				known := slices.ContainsFunc(want[id], func(w exchange.Finding) bool {
					return w.Rule == f.Rule || w.Family == "gateway" && f.Rule == "gateway-upstream-refused" && strings.Contains(f.Verdict, "closed the connection early or did not answer")
				})
				r := rules.Lookup(f.Rule)
				// In place of the exact cause stands the general one. What a
				// firewall wrote matters only as to which it was.
				if f.Severity.Rank() < exchange.SeverityWarning.Rank() || known || r.Fallback || f.Rule == "not-acceptable" {
					continue
				}
				t.Errorf("%s: #%d, cut: %s (%s): %s; whole: %s", name, id, f.Rule, f.Severity, f.Verdict, verdicts(want[id]))
			}
		}
	}
}

// cutBody leaves out a part of what a whole body has, or all of it.
func cutBody(random *rand.Rand, b *exchange.Body) {
	if b.State != exchange.WholeBody || len(b.Data) == 0 {
		return
	}
	b.State, b.Data = exchange.CutBody, b.Data[:random.IntN(len(b.Data))]
	b.Kept = int64(len(b.Data))
	if random.IntN(3) == 0 {
		b.State, b.Data, b.Kept = exchange.UnrecordedBody, nil, 0
	}
}
