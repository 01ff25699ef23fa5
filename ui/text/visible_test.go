package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "GET /v1/me", "GET /v1/me"},
		{"empty", "", ""},
		{"escape", "a\x1b[31mred", "a^[[31mred"},
		{"carriage return", "a\r\n", "a^M^J"},
		{"nul, tab, delete", "\x00\t\x7f", "^@^I^?"},
		{"C1 as UTF-8", "\u0085\u009b", "<U+0085><U+009B>"},
		{"bidi override", "a\u202egnp.exe", "a<U+202E>gnp.exe"},
		{"bidi isolates and marks", "\u2066\u2069\u200e\u200f\u061c", "<U+2066><U+2069><U+200E><U+200F><U+061C>"},
		{"zero width", "a\u200bb\ufeffc\u2060", "a<U+200B>b<U+FEFF>c<U+2060>"},
		{"line separators", "\u2028\u2029", "<U+2028><U+2029>"},
		{"soft hyphen", "pay\u00adpal", "pay<U+00AD>pal"},
		{"tag characters", "a\U000e0041", "a<U+E0041>"},
		{"Hangul filler", "\u3164", "<U+3164>"},
		{"not UTF-8", "a\xff\xc3", `a\xFF\xC3`},
		{"surrogate half", "\xed\xa0\x80", `\xED\xA0\x80`},
		{"replacement character itself", "\ufffd", "\ufffd"},
		{"wide and accents", "日本 é e\u0301", "日本 é e\u0301"},
		{"emoji family keeps its joiners", "👩‍👩‍👧", "👩‍👩‍👧"},
		{"joiner between ASCII", "pay\u200dpal", "pay<U+200D>pal"},
		{"two joiners", "a\u200d\u200d", "a<U+200D><U+200D>"},
		{"mark without a base", "\u0301a", "<U+0301>a"},
		{"tview tag", "[red]x[-]", "[red]x[-]"},
		{"no-break space is not hidden", "a\u00a0b", "a\u00a0b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"a", "\x1b[0m", "\u202e\u2066", "\xff\xfe", "e\u0301", "👩‍👩‍👧", "a\u200d\u200db", "\u0600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := Visible(s)
		if !utf8.ValidString(v) {
			t.Fatalf("Visible(%q) = %q is not UTF-8", s, v)
		}
		for _, r := range v {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' || r == '\ufeff' {
				t.Fatalf("Visible(%q) = %q keeps %U", s, v, r)
			}
		}
		if again := Visible(v); again != v {
			t.Fatalf("Visible is not idempotent: %q, then %q", v, again)
		}
		if s != "" && v == "" {
			t.Fatalf("Visible(%q) hides everything", s)
		}
	})
}

func TestVisibleRunsMarkEscapes(t *testing.T) {
	escape := Run{}.Style.Bold(true)
	line := VisibleRuns("a\x1b日\xff", Run{}.Style, escape)
	var bold strings.Builder
	for _, r := range line {
		if r.Style == escape {
			bold.WriteString(r.Text)
		}
	}
	if line.String() != `a^[日\xFF` || bold.String() != `^[\xFF` {
		t.Errorf("VisibleRuns = %q, escapes %q", line.String(), bold.String())
	}
}
