package ui

import (
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

func testLook() look {
	theme, _ := terminal.NewTheme("mono", 1)
	return look{theme, terminal.NewGlyphs(false)}
}

func TestColumnsFillTheWidth(t *testing.T) {
	for width := minWidth; width <= 240; width++ {
		for _, host := range []int{0, 3, 40} {
			c := layoutColumns(width, width, host, 100)
			if got := c.header(testLook()).Width() + gutter; got != width {
				t.Fatalf("at %d cells with a host of %d the header takes %d", width, host, got)
			}
			if c.why < 20 {
				t.Fatalf("at %d cells with a host of %d the reason has %d cells", width, host, c.why)
			}
		}
	}
}

// Beside an exchange the reason keeps its room, whatever else has to go.
func TestReasonKeepsItsRoom(t *testing.T) {
	for screen := 140; screen <= 240; screen++ {
		width := screen * 55 / 100
		for _, host := range []int{0, 3, 6} {
			c := layoutColumns(width, screen, host, 100)
			if got := c.header(testLook()).Width() + gutter; got != width || c.why < minReason {
				t.Fatalf("of %d cells the header takes %d, the reason %d", width, got, c.why)
			}
		}
	}
	if c := layoutColumns(100, 100, maxHost, 100); c.time == 0 || c.size == 0 {
		t.Error("a screen of 100 cells shows no time or size")
	}
}

// Whatever a row holds, its columns start where the header says.
func TestRowsAlign(t *testing.T) {
	l := testLook()
	for _, width := range []int{60, 80, 100, 160} {
		c := layoutColumns(width, width, 8, 100)
		header := c.header(l).String()
		why := startOf(header, "Why")
		for _, r := range []exchange.Row{
			{Method: "GET", URL: "http://a.test/日本語/👩‍👩‍👧?q=é", Status: 200},
			{Method: "PROPFIND", URL: "http://a.test/" + strings.Repeat("long/", 50), Status: 207},
			{Method: "GET", URL: "http://a.test/\x1b[31m\u202e\xff", Status: 500},
			{Method: "CONNECT", Mode: exchange.Tunnel, URL: "a.test:443", FailureKind: exchange.ClientRejectsCA},
			{Method: "GET", URL: "http://a.test", State: exchange.Active},
		} {
			r.Findings = []exchange.Headline{{Severity: exchange.SeverityError, Short: "REASON", Primary: true}}
			_, line := c.row(&r, rowContext{host: "日本語日本語", clock: "19:00:00"}, l)
			s := line.String()
			if line.Width() != width-gutter {
				t.Errorf("%q takes %d of %d cells", s, line.Width(), width-gutter)
			}
			if got := startOf(s, "REASON"); got != why {
				t.Errorf("at %d cells the reason of %q starts at %d, not at %d", width, s, got, why)
			}
		}
	}
}

// A screen is looked at by others, and copied.
func TestAListShowsNoSecret(t *testing.T) {
	r := exchange.Row{Method: "GET", URL: "http://a.test/in?access_token=abcdefghijklmnopqrstuvwxyz123456", Status: 200}
	_, line := layoutColumns(240, 240, 8, 200).row(&r, rowContext{}, testLook())
	if s := line.String(); strings.Contains(s, "ghijkl") || !strings.Contains(s, "/in?access_token=") {
		t.Errorf("the row is %q", s)
	}
	v := problemsView{s: &screen{model: &listModel{}}}
	if s := v.place(endpoint{r.Method, r.URL}); strings.Contains(s, "ghijkl") || !strings.Contains(s, "GET a.test/in?access_token=") {
		t.Errorf("the place is %q", s)
	}
}

// startOf is the cell at which word starts in s.
func startOf(s, word string) int {
	before, _, found := strings.Cut(s, word)
	if !found {
		return -1
	}
	return text.Width(before)
}

func TestReasonAndSeverity(t *testing.T) {
	for _, test := range []struct {
		row      exchange.Row
		code     string
		why      string
		severity exchange.Severity
	}{
		{exchange.Row{Status: 200, URL: "http://a/"}, "200", "", ""},
		{exchange.Row{Status: 502, Synthetic: true, URL: "http://a:99/", FailureKind: exchange.ConnectRefused}, "ERR", "connection refused :99", exchange.SeverityError},
		{exchange.Row{FailureKind: exchange.EmptyReply}, "ERR", "server closed without an answer", exchange.SeverityError},
		{exchange.Row{FailureKind: exchange.Other, FailureMessage: "odd"}, "ERR", "odd", exchange.SeverityError},
		{exchange.Row{Status: 200, FailureKind: exchange.BodyTruncated}, "200", "body cut off", exchange.SeverityError},
		{exchange.Row{Status: 200, FailureKind: exchange.ClientGone}, "200", "client hung up", exchange.SeverityInfo},
		{exchange.Row{State: exchange.Active}, "-", "", ""},
	} {
		if code, why, sev := codeText(&test.row), reason(&test.row), severity(&test.row); code != test.code || why != test.why || sev != test.severity {
			t.Errorf("%+v: %q %q %q", test.row, code, why, sev)
		}
	}
}

func TestTimeText(t *testing.T) {
	start := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	at := start.Add(75*time.Second + 500*time.Millisecond)
	for mode, want := range map[timeMode]string{clockTime: "10:01:15", sinceStart: "+1m15s", sincePrevious: "+0.500"} {
		if got := timeText(mode, at, start, at.Add(-500*time.Millisecond)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
