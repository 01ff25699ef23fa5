package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// look is how things look: the styles and the signs.
type look struct {
	*terminal.Theme
	signs *terminal.Glyphs
}

// columns are the widths of the list's columns in cells; 0 leaves one out.
type columns struct {
	time, method, code, host, path, why, size, ms int
}

// The fixed widths. The gutter holds the cursor, the severity and a space.
const (
	gutter      = 3
	methodWidth = 7
	codeWidth   = 4
	maxHost     = 16
)

// layoutColumns shares width cells. screen is the width of the whole screen,
// which decides what is worth a column; host the width of the widest host, 0 if
// only one host is listed.
func layoutColumns(width, screen, host int) columns {
	c := columns{method: methodWidth, code: codeWidth}
	rest := width - gutter - (c.method + 1) - (c.code + 1)
	if screen >= 80 {
		c.ms = 6
		rest -= c.ms + 1
		if host > 0 {
			c.host = min(max(host, 4), maxHost)
			rest -= c.host + 1
		}
	}
	if screen >= 100 {
		c.time, c.size = 8, 6
		rest -= c.time + 1 + c.size + 1
	}
	// The reason is what the list is for; it gets the larger half.
	c.path = max(10, (rest-1)*45/100)
	c.why = max(0, rest-1-c.path)
	return c
}

// header is the line above the rows.
func (c columns) header(l look) text.Line {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", gutter))
	c.cells(&b, "Time", "Method", "Code", "Host", "Path", "Why", "Size", "ms", l.signs.Ellipsis)
	return text.Styled(b.String(), l.Dim)
}

// cells writes one row of plain cells.
func (c columns) cells(b *strings.Builder, clock, method, code, host, path, why, size, ms, mark string) {
	left := func(s string, w int) {
		if w > 0 {
			b.WriteString(text.PadRight(s, w, mark))
			b.WriteByte(' ')
		}
	}
	left(clock, c.time)
	left(method, c.method)
	left(code, c.code)
	left(host, c.host)
	left(path, c.path)
	b.WriteString(text.PadRight(why, c.why, mark))
	for _, right := range []struct {
		s string
		w int
	}{{size, c.size}, {ms, c.ms}} {
		if right.w > 0 {
			b.WriteByte(' ')
			b.WriteString(text.PadLeft(right.s, right.w, mark))
		}
	}
}

// rowContext is what a row's looks depend on besides the row.
type rowContext struct {
	host     string // shortened
	clock    string
	marked   bool
	selected bool
}

// row draws one exchange.
func (c columns) row(r *exchange.Row, x rowContext, l look) text.Line {
	mark := l.signs.Ellipsis
	sev := string(severity(r))
	sign, signStyle := l.signs.Severity(sev), l.Severity(sev)
	if r.State == exchange.Active && sev == "" {
		sign, signStyle = l.signs.InFlight, l.Dim
	}
	cursor, flag := " ", " "
	if x.selected {
		cursor = l.signs.Selected
	}
	if x.marked {
		flag = "*"
	}
	line := text.Line{{Text: cursor, Style: l.Text}, {Text: sign, Style: signStyle}, {Text: flag, Style: l.Focus}}
	add := func(s string, w int, style tcell.Style) {
		if w > 0 {
			line = append(line, text.Run{Text: text.PadRight(s, w, mark) + " ", Style: style})
		}
	}
	add(x.clock, c.time, l.Dim)
	add(text.Visible(r.Method), c.method, l.Text)
	code, codeStyle := codeText(r), l.StatusClass(r.Status)
	if noAnswer(r) {
		codeStyle = l.Error
	} else if r.Status == 0 {
		codeStyle = l.Dim
	}
	add(code, c.code, codeStyle)
	add(text.Visible(x.host), c.host, l.Dim)
	add(text.CutMiddle(text.Visible(pathText(r)), c.path, mark), c.path, l.Text)
	whyStyle := signStyle
	if sev == "" {
		whyStyle = l.Dim
	}
	line = append(line, text.Run{Text: text.PadRight(text.Visible(reason(r)), c.why, mark), Style: whyStyle})
	right := func(s string, w int) {
		if w > 0 {
			line = append(line, text.Run{Text: " " + text.PadLeft(s, w, mark), Style: l.Dim})
		}
	}
	right(size(r.ResponseBytes), c.size)
	right(milliseconds(r.Duration), c.ms)
	return line
}

// codeText is the code column: ERR where no origin answered, - where none has
// answered yet.
func codeText(r *exchange.Row) string {
	switch {
	case noAnswer(r):
		return "ERR"
	case r.Status == 0:
		return "-"
	default:
		return strconv.Itoa(r.Status)
	}
}

// pathText is the path column: a tunnel has only an authority.
func pathText(r *exchange.Row) string {
	switch path := r.Path(); {
	case path != "":
		return path
	case r.Mode == exchange.Tunnel:
		return r.URL
	default:
		return "/"
	}
}

// timeMode is what the column Time shows.
type timeMode int

const (
	clockTime timeMode = iota
	sinceStart
	sincePrevious
	timeModes
)

// timeText is the cell of the column Time: start is that of the first exchange,
// previous that of the row above.
func timeText(mode timeMode, t, start, previous time.Time) string {
	switch mode {
	case sinceStart:
		return offsetText(t.Sub(start))
	case sincePrevious:
		if previous.IsZero() {
			return ""
		}
		return offsetText(t.Sub(previous))
	default:
		return clock(t)
	}
}

func offsetText(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + offsetText(-d)
	case d < time.Minute:
		return "+" + strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
	default:
		return "+" + strconv.Itoa(int(d.Minutes())) + "m" + strconv.Itoa(int(d.Seconds())%60) + "s"
	}
}
