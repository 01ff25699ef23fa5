package status

import (
	"slices"
	"strings"
	"testing"
)

func numbers(list []Code) []int {
	n := make([]int, len(list))
	for i, c := range list {
		n[i] = c.Number
	}
	return n
}

// TestSearchRanks gives the codes that must come first, in order.
func TestSearchRanks(t *testing.T) {
	tests := []struct {
		query string
		first []int
	}{
		{"404", []int{404}},
		{" 404 ", []int{404}},
		{"0", []int{0}},
		{"000", []int{0}},
		{"999", []int{999}},
		{"42", []int{421, 422, 423, 424, 425, 426, 428, 429, 420}},
		{"42x", []int{421, 422}},
		{"4xx", []int{400, 401, 402, 403, 404, 405}},
		{"4XX", []int{400, 401}},
		{"4", []int{400, 401}},
		{"client error", []int{400, 401, 402, 403}},
		{"Client Errors", []int{400, 401}},
		{"server error", []int{500, 501, 502}},
		{"informational", []int{100, 101, 102, 103, 104}},
		{"redirection", []int{300, 301}},
		{"success", []int{200, 201}},
		{"too many", []int{429}},
		{"too mnay", []int{429}},
		{"gateway", []int{502, 504}},
		{"gateway timeout", []int{504}},
		{"timout", []int{408, 504}},
		{"payload too large", []int{413}},
		{"request entity too large", []int{413}},
		{"unprocessable entity", []int{422}},
		{"teapot", []int{418}},
		{"i'm a teapot", []int{418}},
		{"unathorized", []int{401}},
		{"forbidde", []int{403}},
		{"misdircted", []int{421}},
		{"not fuond", []int{404}},
		{"not found", []int{404}},
		{"found", []int{302}},
		{"token expired", []int{401}},
		{"jwt", []int{401}},
		{"linkedin", []int{999}},
		{"laravel", []int{419}},
		{"rate limit", []int{429}},
		{"error 404", []int{404}},
		{"cat:proxy timeout", []int{504}},
		{`cat:"rate and load" too`, []int{429}},
	}
	for _, tt := range tests {
		got := numbers(Search(tt.query))
		if len(got) < len(tt.first) || !slices.Equal(got[:len(tt.first)], tt.first) {
			t.Errorf("Search(%q) = %v, want %v first", tt.query, got, tt.first)
		}
	}
}

func TestSearchIsExactForNumbers(t *testing.T) {
	for query, want := range map[string]int{"404": 1, "999": 1, "0": 1, "700": 0, "299": 0, "40x": 10, "1234": 0} {
		if got := Search(query); len(got) != want {
			t.Errorf("Search(%q) = %v, want %d codes", query, numbers(got), want)
		}
	}
}

func TestSearchNarrows(t *testing.T) {
	tests := []struct {
		query string
		want  []int
	}{
		{"cat:caching", []int{206, 226, 301, 304, 308, 410, 412, 416, 428}},
		{"cat:informational", []int{100, 101, 102, 103, 104}},
		{"header:retry-after", []int{202, 413, 420, 429, 503, 529}},
		{"cat:rate header:retry-after", []int{420, 429, 503, 529}},
		{"header:Retry-After cat:5xx", []int{503, 529}},
		{"header:www-authenticate", []int{401}},
		{"cat:webdav loop", []int{508}},
	}
	for _, tt := range tests {
		if got := numbers(Search(tt.query)); !slices.Equal(got, tt.want) {
			t.Errorf("Search(%q) = %v, want %v", tt.query, got, tt.want)
		}
	}
	for _, query := range []string{"", "  ", "cat:", "header:", `"`} {
		if got := Search(query); len(got) != len(table) {
			t.Errorf("Search(%q) finds %d codes, want all %d", query, len(got), len(table))
		}
	}
	if got := Search("cat:client-error"); len(got) != len(Search("4xx")) {
		t.Errorf("cat:client-error finds %d codes", len(got))
	}
}

func TestEveryCodeIsFoundByItsNames(t *testing.T) {
	for _, c := range table {
		for _, name := range append([]string{c.Phrase}, c.OtherNames...) {
			found := Search(name)
			if len(found) == 0 || found[0].Number != c.Number && !shares(found[0], name) {
				t.Errorf("Search(%q) = %v, want %d first", name, numbers(found), c.Number)
			}
		}
	}
}

// shares tells whether c has the name too.
func shares(c Code, name string) bool {
	return slices.ContainsFunc(append([]string{c.Phrase}, c.OtherNames...), func(n string) bool { return strings.EqualFold(n, name) })
}

func TestNoMatch(t *testing.T) {
	tests := []struct{ query, want string }{
		{"404", ""},
		{"", ""},
		{"700", "No status code 700 is known"},
		{"299", "treats it as 200 OK"},
		{"1234", "three digits"},
		{"xyzzy", `no status code fits "xyzzy"`},
		{"cat:cachng", `no category "cachng"; the nearest is "caching"`},
		{"cat:authentification", `the nearest is "authentication"`},
		{"header:retry-aftr", `the nearest is "Retry-After"`},
		{"header:allow cat:caching", "leave out"},
	}
	for _, tt := range tests {
		got := NoMatch(tt.query)
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("NoMatch(%q) = %q, want %q in it", tt.query, got, tt.want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		"404", "4xx", "too many", "cat:caching", `header:"x`, "cat:a cat:b header:c d", "\x00\xff", "I'm a teapot",
		strings.Repeat("a ", 300), strings.Repeat("timeuot ", 40), "999999999999999999999", "-1", "cat:\x85", "0x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Search(text)
		if len(found) > len(table) {
			t.Fatalf("%d codes found", len(found))
		}
		seen := map[int]bool{}
		for _, c := range found {
			if seen[c.Number] {
				t.Fatalf("%d is found twice", c.Number)
			}
			seen[c.Number] = true
		}
		if why := NoMatch(text); (why == "") != (len(found) > 0) {
			t.Fatalf("%d codes found, but %q", len(found), why)
		}
		if q := parse(text); len(q.words) > maxQueryWords {
			t.Fatalf("%d words", len(q.words))
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	for b.Loop() {
		Search("gatway timout")
	}
}
