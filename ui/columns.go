package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
	"httpwhy/ui/text"
)

// look is how things look: the styles and the signs.
type look struct {
	*terminal.Theme
	signs *terminal.Glyphs
}

// own makes a text of ours visible. It may quote the wire; its own ellipsis is
// that of the screen.
func (l look) own(s string) string {
	return strings.ReplaceAll(text.Visible(s), "…", l.signs.Ellipsis)
}

// columns are the widths of the list's columns in cells; 0 leaves one out.
type columns struct {
	time, method, code, host, path, why, size, ms int
}

// The fixed widths. The gutter, which the list draws, holds the cursor, the
// severity and a space.
const (
	gutter      = 3
	methodWidth = 7
	codeWidth   = 4
	maxHost     = 16
	timeWidth   = 8
	sizeWidth   = 5
	// minReason is what nearly all reasons fit in, in cells.
	minReason = 24
)

// layoutColumns shares width cells. screen is the width of the whole screen,
// which decides what is worth a column; host the width of the widest host, 0 if
// only one host is listed; path that of the longest path.
func layoutColumns(width, screen, host, path int) columns {
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
	if screen < 100 {
		return c.share(rest, path)
	}
	full := c
	full.time, full.size = timeWidth, sizeWidth
	full = full.share(rest-(timeWidth+1)-(sizeWidth+1), path)
	if full.why >= minReason {
		return full
	}
	// Beside an exchange the list is narrow; the time stands there as well.
	c.size = sizeWidth
	c = c.share(rest-(sizeWidth+1), path)
	if c.why >= minReason {
		return c
	}
	c.size = 0
	return c.share(rest, path)
}

// share gives rest cells to the path and the reason. The reason is what the
// list is for; it gets the larger half, or more.
func (c columns) share(rest, path int) columns {
	c.path = max(10, min((rest-1)*45/100, path))
	c.why = max(0, rest-1-c.path)
	return c
}

// header is the line above the rows.
func (c columns) header(l look) text.Line {
	return c.line(l, cells{
		clock: plain("Time"), method: plain("Method"), code: plain("Code"), host: plain("Host"),
		path: plain("Path"), why: plain("Why"), size: plain("Size"), ms: plain("ms"),
	}).Restyle(func(tcell.Style) tcell.Style { return l.Dim })
}

// cells are the contents of one line of the list.
type cells struct{ clock, method, code, host, path, why, size, ms text.Run }

func plain(s string) text.Run { return text.Run{Text: s} }

// line lays out one line without its gutter.
func (c columns) line(l look, x cells) text.Line {
	var line text.Line
	mark := l.signs.Ellipsis
	left := func(r text.Run, w int) {
		if w > 0 {
			line = append(line, text.Run{Text: text.PadRight(r.Text, w, mark) + " ", Style: r.Style})
		}
	}
	right := func(r text.Run, w int) {
		if w > 0 {
			line = append(line, text.Run{Text: " " + text.PadLeft(r.Text, w, mark), Style: r.Style})
		}
	}
	left(x.clock, c.time)
	left(x.method, c.method)
	left(x.code, c.code)
	left(x.host, c.host)
	left(x.path, c.path)
	line = append(line, text.Run{Text: text.PadRight(x.why.Text, c.why, mark), Style: x.why.Style})
	right(x.size, c.size)
	right(x.ms, c.ms)
	return line
}

// rowContext is what a row's looks depend on besides the row.
type rowContext struct {
	host   string // shortened
	clock  string
	marked bool
	// bracket joins the path to that of the row above or below, "" if nothing does.
	bracket string
}

// row draws one exchange: its severity, and the rest.
func (c columns) row(r *exchange.Row, x rowContext, l look) (sign text.Run, content text.Line) {
	mark := l.signs.Ellipsis
	sev := string(severity(r))
	sign = text.Run{Text: l.signs.Severity(sev), Style: l.Severity(sev)}
	why := text.Run{Text: l.own(reason(r)), Style: sign.Style}
	if sev == "" || sev == string(exchange.SeverityGood) {
		why.Style = l.Dim
	}
	if r.State == exchange.Active && sev == "" {
		sign = text.Run{Text: l.signs.InFlight, Style: l.Dim}
	}
	code := text.Run{Text: codeText(r), Style: l.StatusClass(r.Status)}
	if noAnswer(r) {
		code.Style = l.Error
	} else if r.Status == 0 {
		code.Style = l.Dim
	}
	lead := x.bracket
	if x.marked {
		lead += "*"
	}
	path := text.Run{Text: lead + text.CutMiddle(l.own(pathText(r)), c.path-text.Width(lead), mark)}
	if x.marked {
		path.Style = l.Focus
	}
	bytes := size(r.ResponseBytes)
	if r.Status == 0 || noAnswer(r) {
		bytes = "" // no origin answered, and what httpwhy said in its place does not count
	}
	return sign, c.line(l, cells{
		clock: text.Run{Text: x.clock, Style: l.Dim}, method: plain(text.Visible(r.Method)), code: code,
		host: text.Run{Text: text.Visible(x.host), Style: l.Dim}, path: path, why: why,
		size: text.Run{Text: bytes, Style: l.Dim},
		ms:   text.Run{Text: milliseconds(r.Duration), Style: l.Dim},
	})
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

// pathText is the path column, its secrets masked: a tunnel has only an authority.
func pathText(r *exchange.Row) string {
	switch path := r.Path(); {
	case path != "":
		return content.MaskURL(path)
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
