package pager

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
	"pgregory.net/rapid"
)

func TestSearch(t *testing.T) {
	p, s := newPager(t, 60, 10)
	var b bytes.Buffer
	for i := range 12_000 {
		fmt.Fprintf(&b, "  { \"id\": %d, \"name\": \"User %d\" },\n", i, i)
	}
	p.SetBytes(b.Bytes()).SetLineNumbers(true)
	draw(p, s)
	p.Search("user 1")
	if got := p.MatchStatus(); got != "match 1 of 3,111" {
		t.Errorf("status %q", got)
	}
	press(p, 'N')
	if got := p.MatchStatus(); got != "match 3,111 of 3,111" {
		t.Errorf("N before the first: %q", got)
	}
	if got := strings.Join(sight(p, s), "\n"); !strings.Contains(got, "User 11999\"") {
		t.Errorf("the last match is not in sight:\n%s", got)
	}
	press(p, 'n', 'n')
	if got := p.MatchStatus(); got != "match 2 of 3,111" {
		t.Errorf("n behind the last: %q", got)
	}
	p.Search("user 1x")
	if got := p.MatchStatus(); got != "no match" {
		t.Errorf("nothing to find: %q", got)
	}
	press(p, 'n')
	p.Search("uSER 1") // exact because of its capitals
	if got := p.MatchStatus(); got != "no match" {
		t.Errorf("a capital letter: %q", got)
	}
	p.Search("")
	if p.MatchStatus() != "" || p.Query() != "" {
		t.Errorf("ended search: %q", p.MatchStatus())
	}
}

func TestSearchBeginsAtTheTop(t *testing.T) {
	p, s := newPager(t, 40, 10)
	p.SetBytes(numbered(1000))
	draw(p, s)
	p.GoTo(500)
	p.Search("line")
	if got := p.MatchStatus(); got != "match 500 of 1,000" {
		t.Errorf("status %q", got)
	}
	p.GoTo(900)
	p.Search("line 2")
	if got := p.MatchStatus(); got != "match 1 of 111" {
		t.Errorf("none below the top: %q", got)
	}
}

func TestMatchIsMarkedAndScrolledTo(t *testing.T) {
	for _, wrap := range []bool{true, false} {
		p, s := newPager(t, 20, 3)
		p.SetBytes([]byte(strings.Repeat("x", 300) + "needle" + strings.Repeat("y needle ", 50))).SetWrap(wrap)
		draw(p, s)
		p.Search("needle")
		draw(p, s)
		marked := ""
		for y := range 3 {
			for x := range 20 {
				c, style, _ := s.Get(x, y)
				if _, _, attr := style.Decompose(); attr&tcell.AttrReverse != 0 && attr&tcell.AttrBold != 0 {
					marked += c
				}
			}
		}
		if marked != "needle" {
			t.Errorf("wrap %v: marked %q", wrap, marked)
		}
	}
}

func TestLargeSearchRunsInTheBackground(t *testing.T) {
	p, s := newPager(t, 40, 10)
	told := make(chan struct{}, 100)
	p.SetNotifyFunc(func() { told <- struct{}{} })
	p.SetBytes(numbered(300_000))
	draw(p, s)
	p.Search("line 299999")
	p.search.task.wait()
	if len(told) == 0 {
		t.Error("nobody was told that the search ended")
	}
	lines := strings.Join(sight(p, s), "\n")
	if got := p.MatchStatus(); got != "match 1 of 1" || !strings.Contains(lines, "line 299999") {
		t.Errorf("status %q, in sight\n%s", got, lines)
	}
}

func TestMatchesKeptAreBounded(t *testing.T) {
	p, _ := newPager(t, 40, 10)
	p.SetBytes(bytes.Repeat([]byte("a"), matchesKept+5))
	p.Search("a")
	p.search.task.wait()
	p.settle()
	if got := p.MatchStatus(); got != "match 1 of 1,048,576+" {
		t.Errorf("status %q", got)
	}
}

func TestFindEqualsASimpleSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.StringMatching(`[abAé]{1,3}`).Draw(t, "query")
		part := rapid.StringMatching(`[abAé\n]{1,40}`)
		// Matches lie around the borders between the pieces of a scan.
		filler := bytes.Repeat([]byte("."), scanSize-30)
		b := slices.Concat(filler, []byte(part.Draw(t, "first")), filler, []byte(part.Draw(t, "second")))
		for _, src := range []*source{{data: b, size: int64(len(b))}, {r: bytes.NewReader(b), size: int64(len(b))}} {
			var got []match
			(&bytesDocument{src: src}).find(t.Context(), newQuery(q), func(m []match, _ float64) bool {
				got = append(got, m...)
				return true
			})
			in := string(b)
			if q == strings.ToLower(q) {
				in = strings.ReplaceAll(in, "A", "a")
			}
			n := 0
			for at := 0; ; n++ {
				i := strings.Index(in[at:], q)
				if i < 0 {
					break
				}
				if n >= len(got) || got[n].start != int64(at+i) {
					t.Fatalf("match %d of %q is not at %d", n, q, at+i)
				}
				at += i + len(q)
			}
			if n != len(got) {
				t.Fatalf("%d matches, want %d", len(got), n)
			}
		}
	})
}
