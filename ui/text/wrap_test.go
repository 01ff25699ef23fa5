package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in string
		w        int
		want     []string
	}{
		{"fits", "one two", 7, []string{"one two"}},
		{"at a space", "one two three", 8, []string{"one two", "three"}},
		{"word fills the row", "12345678 9", 8, []string{"12345678", "9"}},
		{"long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"wide", "日本語", 5, []string{"日本", "語"}},
		{"line feeds", "a\n\nb", 5, []string{"a", "", "b"}},
		{"indentation stays", "  ab cd", 4, []string{"  ab", "cd"}},
		{"empty", "", 5, []string{""}},
		{"no width", "ab", 0, []string{"a", "b"}},
		{"spaces at the break go", "ab    cd", 3, []string{"ab", "cd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Wrap(tt.in, tt.w)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWrapKeepsStylesAndIndents(t *testing.T) {
	bold := Run{}.Style.Bold(true)
	lines := Line{{Text: "  server says "}, {Text: "too many requests", Style: bold}}.Wrap(16, 2)
	var got []string
	for _, l := range lines {
		got = append(got, l.String())
	}
	if diff := cmp.Diff([]string{"  server says", "  too many", "  requests"}, got); diff != "" {
		t.Error(diff)
	}
	if last := lines[2][len(lines[2])-1]; last.Style != bold {
		t.Errorf("the second run lost its style: %+v", last)
	}
}

func TestWrapBehindAnIndentation(t *testing.T) {
	var rows []string
	for _, l := range Plain("a aaaaaaa").Wrap(5, 3) {
		rows = append(rows, l.String())
	}
	if diff := cmp.Diff([]string{"a", "   aa", "   aa", "   aa", "   a"}, rows); diff != "" {
		t.Error(diff)
	}
}

func TestWrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := sample().Draw(t, "s"), rapid.IntRange(2, 30).Draw(t, "w")
		indent := rapid.IntRange(0, 4).Draw(t, "indent")
		var joined strings.Builder
		for _, l := range Plain(s).Wrap(w, indent) {
			if l.Width() > max(w, min(indent, w-1)+2) {
				t.Fatalf("row %q takes %d of %d cells", l.String(), l.Width(), w)
			}
			joined.WriteString(l.String())
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(joined.String()) != squeeze(s) {
			t.Fatalf("Wrap(%q) = %q", s, joined.String())
		}
	})
}
