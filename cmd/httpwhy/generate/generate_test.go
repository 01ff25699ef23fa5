package generate

import (
	"path/filepath"
	"reflect"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/store"
)

func rows(t *testing.T, n int, seed uint64) []exchange.Row {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "capture")
	if err := Capture(t.Context(), dir, n, seed, nil); err != nil {
		t.Fatal(err)
	}
	r, err := store.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	rows, err := r.Rows(t.Context(), 1, n+1)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCaptureIsVariedAndRepeatable(t *testing.T) {
	const n = 5000
	all := rows(t, n, 7)
	if len(all) != n {
		t.Fatalf("%d rows, want %d", len(all), n)
	}
	urls, rules, problems := map[string]bool{}, map[string]bool{}, 0
	for i := range all {
		urls[all[i].URL] = true
		for _, f := range all[i].Findings {
			rules[f.Rule] = true
		}
		if all[i].Problem() {
			problems++
		}
	}
	if len(urls) < n/4 || len(rules) != len(faults) || problems < n/50 || problems > n/10 {
		t.Errorf("%d URLs, %d rules, %d problems in %d exchanges", len(urls), len(rules), problems, n)
	}
	if again := rows(t, n, 7); !reflect.DeepEqual(all, again) {
		t.Error("the same seed gives other exchanges")
	}
}
