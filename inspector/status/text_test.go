package status

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with -update):\n%s", path, got)
	}
}

func mustLookup(t *testing.T, n int) Code {
	t.Helper()
	c, ok := Lookup(n)
	if !ok {
		t.Fatalf("%d is unknown", n)
	}
	return c
}

func TestTextGolden(t *testing.T) {
	for _, tt := range []struct{ number, width int }{{0, 80}, {103, 80}, {204, 80}, {401, 80}, {429, 48}, {497, 80}, {999, 80}} {
		golden(t, fmt.Sprintf("%03d-%d.txt", tt.number, tt.width), mustLookup(t, tt.number).Text(tt.width))
	}
}

func TestMarkdownGolden(t *testing.T) {
	for _, n := range []int{308, 405} {
		golden(t, fmt.Sprintf("%d.md", n), mustLookup(t, n).Markdown())
	}
}

// TestJSONGolden holds the names that programs read.
func TestJSONGolden(t *testing.T) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(mustLookup(t, 413)); err != nil {
		t.Fatal(err)
	}
	golden(t, "413.json", b.String())
}

func TestTextKeepsItsWidth(t *testing.T) {
	for _, c := range table {
		for _, width := range []int{-1, 0, 10, 24, 40, 80, 200} {
			effective := width
			if width <= 0 {
				effective = 80
			}
			effective = max(effective, 24)
			prose, _, _ := strings.Cut(c.Text(width), "\nEXAMPLE RESPONSE")
			prose, _, _ = strings.Cut(prose, "\nWHAT IS SEEN")
			for line := range strings.Lines(prose) {
				line = strings.TrimRight(line, "\n")
				if len(line) > effective && len(strings.Fields(line)) > 2 {
					t.Errorf("%d at width %d: %q is %d wide", c.Number, width, line, len(line))
				}
				if line != strings.TrimRight(line, " ") {
					t.Errorf("%d: %q ends in a space", c.Number, line)
				}
			}
		}
	}
}

func TestTextHasEveryHeading(t *testing.T) {
	for _, c := range table {
		text := c.Text(80)
		for _, heading := range []string{
			"MEANING", "USUAL CAUSES, MOST FREQUENT FIRST", "RETRY", "CACHED", "NEXT, AS CLIENT",
			"NEXT, AS SERVER", "EXAMPLE CLIENT (CURL)", "REFERENCE",
		} {
			if !strings.Contains(text, "\n"+heading+"\n") {
				t.Errorf("%d lacks %s", c.Number, heading)
			}
		}
	}
}

// TestMarkdownFences checks that no example ends its fenced block early.
func TestMarkdownFences(t *testing.T) {
	for _, c := range table {
		if got, want := strings.Count(c.Markdown(), "```"), 2*len(c.Examples); got != want {
			t.Errorf("%d has %d fences, want %d", c.Number, got, want)
		}
	}
}
