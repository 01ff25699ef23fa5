package rows

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
)

var testStart = time.Date(2026, 11, 22, 19, 1, 0, 0, time.UTC)

func problem(r *exchange.Row) bool { return r.FailureKind != "" || r.Problem() }

// drawRow makes rows that share much, and some that do not fit a packed one.
func drawRow(t *rapid.T) exchange.Row {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	r := exchange.Row{
		ID:    exchange.ID(rapid.Uint64Range(1, 5000).Draw(t, "id")),
		State: exchange.State(pick("state", "active", "complete", "failed")),
		Mode:  exchange.Mode(pick("mode", "forward", "intercepted", "tunnel")),
		Start: testStart.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "start")) * time.Second), Client: pick("client", "127.0.0.1:1", "127.0.0.1:2"),
		Method: pick("method", "GET", "POST"), Proto: "HTTP/1.1", MIME: pick("mime", "", "text/html"),
		URL:    fmt.Sprintf("http://%s.test/%d", pick("host", "a", "b"), rapid.IntRange(0, 9).Draw(t, "path")),
		Status: rapid.SampledFrom([]int{0, 200, 404, 999}).Draw(t, "status"),
	}
	if rapid.IntRange(0, 3).Draw(t, "found") == 0 {
		r.Findings = []exchange.Headline{{Rule: pick("rule", "x", "y"), Severity: exchange.Severity(pick("severity", "info", "error")), Short: "short", Primary: true}}
	}
	if rapid.IntRange(0, 3).Draw(t, "fails") == 0 {
		r.FailureKind, r.FailureMessage = exchange.ConnectRefused, "refused"
	}
	switch rapid.IntRange(0, 9).Draw(t, "odd") {
	case 0:
		r.Duration = 2 * time.Hour
	case 1:
		r.ResponseBytes = math.MaxUint32 + 1
	case 2:
		r.Start = time.Time{}
	case 3:
		r.URL += "?" + string(make([]byte, longestText))
	}
	return r
}

var testFilters = []string{
	"", "host:a", "-path:/3", "status:404 or is:error", "b.test method:post", "404", "refused", "id:<200", "dur:>1h", "client::1",
	"not (mime:html or host:b)", "rule:x", "~all", "~q", "size:>1k", "url:http://a.test/1",
}

// What a store lists is what its filter matches among the plain rows.
func TestStoreAgainstPlainRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(problem)
		plain := map[exchange.ID]exchange.Row{}
		expression := rapid.SampledFrom(testFilters).Draw(t, "filter")
		f, err := filter.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		q := Query{Match: s.Compile(f), Problems: rapid.Bool().Draw(t, "problems"), Above: exchange.ID(rapid.IntRange(0, 100).Draw(t, "above"))}
		if rapid.Bool().Draw(t, "marked") {
			q.Marks = map[exchange.ID]bool{7: true, 2000: true}
		}
		lists := func(r exchange.Row) bool {
			return r.ID > q.Above && (!q.Problems || problem(&r)) && (q.Marks == nil || q.Marks[r.ID]) && f.Match(&r)
		}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			r := drawRow(t)
			if rapid.IntRange(0, 6).Draw(t, "removes") == 0 {
				s.Remove(r.ID)
				delete(plain, r.ID)
				continue
			}
			_, known := plain[r.ID]
			if isNew := s.Put(&r); isNew == known {
				t.Fatalf("Put(%d) = %v", r.ID, isNew)
			}
			plain[r.ID] = r
			if got := s.Lists(&q, r.ID); got != lists(r) {
				t.Fatalf("%q lists %+v: %v", expression, r, got)
			}
		}
		compare(t, s, plain)
		var want []exchange.ID
		hosts := map[string]int{}
		for _, id := range slices.Sorted(maps.Keys(plain)) {
			if r := plain[id]; lists(r) {
				want = append(want, id)
				hosts[r.Host()]++
			}
		}
		found := s.Scan(&q, nil)
		if !slices.Equal(found.IDs, want) || !maps.Equal(found.Hosts, hosts) {
			t.Fatalf("%q finds %v %v, want %v %v", expression, found.IDs, found.Hosts, want, hosts)
		}
	})
}

// compare asks the store for all that it knows.
func compare(t *rapid.T, s *Store, plain map[exchange.ID]exchange.Row) {
	codes, problems := map[int]int{}, 0
	ids := slices.Sorted(maps.Keys(plain))
	for _, id := range ids {
		want := plain[id]
		codes[want.Status]++
		if problem(&want) {
			problems++
		}
		if diff := cmp.Diff(&want, s.Get(id), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("row %d: %s", id, diff)
		}
		if s.Problem(id) != problem(&want) {
			t.Fatalf("row %d is a problem: %v", id, s.Problem(id))
		}
	}
	last := exchange.ID(0)
	if len(ids) > 0 {
		last = ids[len(ids)-1]
	}
	if s.Len() != len(plain) || s.Last() != last || !maps.Equal(s.Codes(), codes) || s.Get(6000) != nil {
		t.Fatalf("%d rows to %d, codes %v; want %d to %d, %v", s.Len(), s.Last(), s.Codes(), len(plain), last, codes)
	}
	from := exchange.ID(rapid.IntRange(0, 5000).Draw(t, "from"))
	to := exchange.ID(rapid.IntRange(0, 5000).Draw(t, "to"))
	between := slices.DeleteFunc(ids, func(id exchange.ID) bool { return id < from || id >= to })
	if got := s.Between(from, to); !slices.Equal(got, between) {
		t.Fatalf("from %d to %d: %v, want %v", from, to, got, between)
	}
	s.EachProblem(func(*exchange.Row) { problems-- })
	if problems != 0 {
		t.Fatalf("%d problems were not told", problems)
	}
}

// A scan that is shared among processors finds what a scan on one does.
func TestScanOfManyRows(t *testing.T) {
	s := New(problem)
	for id := exchange.ID(1); id <= 200_000; id++ {
		s.Put(&exchange.Row{ID: id, URL: fmt.Sprintf("http://h%d.test/%d", id%3, id%40_000), Status: 200, Start: testStart})
	}
	f, err := filter.Parse("path:/1 host:h1")
	if err != nil {
		t.Fatal(err)
	}
	q := Query{Match: s.Compile(f)}
	into := make([]exchange.ID, 0, 10)
	found := s.Scan(&q, into)
	n := 0
	for id := exchange.ID(1); id <= 200_000; id++ {
		if r := s.Get(id); f.Match(r) {
			if n >= len(found.IDs) || found.IDs[n] != id {
				t.Fatalf("row %d is not found", id)
			}
			n++
		}
	}
	if n != len(found.IDs) || found.Hosts["h1.test"] != n {
		t.Fatalf("%d found, %v; want %d", len(found.IDs), found.Hosts, n)
	}
}

func BenchmarkScan(b *testing.B) {
	s := New(problem)
	for id := exchange.ID(1); id <= 1_000_000; id++ {
		s.Put(&exchange.Row{ID: id, URL: fmt.Sprintf("https://h%d.test/v1/items/%d", id%8, id%50_000), Method: "GET", Status: 200 + int(id%7), Start: testStart})
	}
	var into []exchange.ID
	for _, expression := range []string{"status:4xx", "items", "-host:h1 status:203", "items /77", "dur:>1s"} {
		b.Run(expression, func(b *testing.B) {
			f, err := filter.Parse(expression)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				into = s.Scan(&Query{Match: s.Compile(f)}, into).IDs
			}
		})
	}
}
