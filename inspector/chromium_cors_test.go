package inspector

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestMeasuredCORS compares with what headless Chromium 156 said to random
// answers to fetch, one request of a page after the other behind the proxy. A
// line is its error, "" if it allowed the request, and the exchanges as they
// were recorded. What only a credentials mode decides that is not on the wire is
// left out. The end-to-end test of random answers writes such lines.
func TestMeasuredCORS(t *testing.T) {
	text, err := os.ReadFile("testdata/chromium-cors-random.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	blocked, allowed, right, quiet := 0, 0, 0, 0
	for line := range strings.Lines(string(text)) {
		var c [2]string
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		xs, err := transcript.Parse(c[1])
		if err != nil || len(xs) == 0 {
			t.Fatalf("%q: %d exchanges, %v", c[1], len(xs), err)
		}
		start := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
		for i, x := range xs {
			x.Start = start.Add(time.Duration(i) * 50 * time.Millisecond)
			x.Timing = exchange.Timing{End: 10 * time.Millisecond}
			x.Request.Header = append(x.Request.Header, exchange.Field{Name: "User-Agent", Value: "Mozilla/5.0"})
		}
		later := *styleSheet
		later.ID, later.Start, later.Client = exchange.ID(len(xs)+1), start.Add(5*time.Second), xs[0].Client
		var got []string
		for _, fs := range findingsOf(append(xs, &later)) {
			for _, f := range fs {
				if f.Family == "cors" && f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
					got = append(got, f.Rule)
				}
			}
		}
		want := corsRules[c[0]]
		if c[0] != "" {
			blocked++
			want = append(slices.Clone(want), "cors-preflight-blocked-inferred")
		} else {
			allowed++
		}
		switch {
		case c[0] == "" && got == nil:
			quiet++
		case c[0] != "" && len(got) == 1 && slices.Contains(want, got[0]):
			right++
		default:
			t.Errorf("Chromium says %q, got %v:\n%s", c[0], got, c[1])
		}
	}
	score(t, "Chromium, random CORS answers", "%d of %d that it blocked named, no alarm on %d of %d others", right, blocked, quiet, allowed)
	if blocked < 300 || allowed < 30 {
		t.Error("want at least 300 and 30")
	}
}
