package rules

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestMembers(t *testing.T) {
	got := map[string]string{}
	for name, value := range members(` { "a" : 1, "b":"x,}\"", "c":[{"d":false}] ,"e":null,"f":{"g":"}"} } `) {
		got[name] = value
	}
	want := map[string]string{"a": "1", "b": `"x,}\""`, "c": `[{"d":false}]`, "e": "null", "f": `{"g":"}"}`}
	if len(got) != len(want) {
		t.Errorf("got %q", got)
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s: %q, want %q", name, got[name], value)
		}
	}
	for _, none := range []string{"", "[1]", `{"a"`, `{"a":`, `{"a":"x`, `{a:1}`} {
		for name, value := range members(none) {
			t.Errorf("%q has %q: %q", none, name, value)
		}
	}
}

// FuzzMembers: of what is valid JSON, it yields what encoding/json reads.
func FuzzMembers(f *testing.F) {
	f.Add(`{"a":{"b":[1,2]},"c":"\\"}`)
	f.Fuzz(func(t *testing.T, s string) {
		got := map[string]string{}
		for name, value := range members(s) {
			got[name] = value
		}
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(s), &want) != nil || want == nil {
			return
		}
		for spelled, raw := range got {
			var name string
			if json.Unmarshal([]byte(`"`+spelled+`"`), &name) != nil || !json.Valid([]byte(raw)) {
				t.Fatalf("%q: %q in %q", spelled, raw, s)
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Fatalf("%v were not yielded of %q", want, s)
		}
	})
}

func BenchmarkTop(b *testing.B) {
	s := `{"items":[` + strings.Repeat(`{"id":1,"name":"one","tags":["a","b"]},`, 25) + `{}]}`
	b.SetBytes(int64(len(s)))
	for range b.N {
		topOf(s)
	}
}
