package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCut(t *testing.T) {
	tests := []struct {
		name, in string
		w        int
		end, mid string
	}{
		{"fits", "abc", 3, "abc", "abc"},
		{"ascii", "/v1/catalog?page=3", 13, "/v1/catalog?…", "/v1/ca…page=3"},
		{"wide is not split", "日本語", 4, "日…", "…語"},
		{"wide odd", "日本語", 5, "日本…", "日…語"},
		{"one cell", "abc", 1, "a", "a"},
		{"none", "abc", 0, "", ""},
		{"two cells", "abc", 2, "a…", "a…"},
		{"combining stays with its base", "e\u0301e\u0301e\u0301", 2, "e\u0301…", "e\u0301…"},
		{"family is one", "👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…", "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CutEnd(tt.in, tt.w, "…"); got != tt.end {
				t.Errorf("CutEnd = %q, want %q", got, tt.end)
			}
			if got := CutMiddle(tt.in, tt.w, "…"); tt.name != "family is one" && got != tt.mid {
				t.Errorf("CutMiddle = %q, want %q", got, tt.mid)
			}
		})
	}
}

func TestPad(t *testing.T) {
	if got := PadRight("日本", 6, "…"); got != "日本  " {
		t.Errorf("PadRight = %q", got)
	}
	if got := PadLeft("42", 5, "…"); got != "   42" {
		t.Errorf("PadLeft = %q", got)
	}
	if got := PadRight("日本語", 4, "…"); got != "日… " {
		t.Errorf("PadRight cuts to %q", got)
	}
}

// sample generates text with wide, combining and joined characters.
func sample() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{"a", "b", " ", "  ", "word", "日", "本語", "é", "e\u0301", "👩‍👩‍👧", "🇩🇪", "ｱ", "<U+202E>", "^["})
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for range rapid.IntRange(0, 25).Draw(t, "n") {
			s += parts.Draw(t, "part")
		}
		return s
	})
}

func TestCutKeepsToTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := sample().Draw(t, "s"), rapid.IntRange(0, 40).Draw(t, "w")
		for name, got := range map[string]string{
			"CutEnd": CutEnd(s, w, "…"), "CutMiddle": CutMiddle(s, w, "…"), "Cut": Line{{Text: s}}.Cut(w, "…").String(),
		} {
			if Width(got) > w {
				t.Fatalf("%s(%q, %d) = %q takes %d cells", name, s, w, got, Width(got))
			}
			if Width(s) <= w && got != s {
				t.Fatalf("%s(%q, %d) = %q changes what fits", name, s, w, got)
			}
		}
		if got := Width(PadRight(s, w, "…")); got != w {
			t.Fatalf("PadRight(%q, %d) takes %d cells", s, w, got)
		}
	})
}

func TestWidthIsTheSumOfClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sample().Draw(t, "s")
		sum := 0
		for rest := s; rest != ""; {
			c := First(rest)
			sum, rest = sum+c.Width, rest[c.Size:]
		}
		if sum != Width(s) {
			t.Fatalf("Width(%q) = %d, its clusters %d", s, Width(s), sum)
		}
	})
}
