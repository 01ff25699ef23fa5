package rules

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// requestField is the evidence that a request field has its value or is absent.
func (c *Case) requestField(name, note string) exchange.Evidence {
	return field(c.X.ID, exchange.RequestHeader, c.X.Request.Header, name, note)
}

// responseField is the same for the response.
func (c *Case) responseField(name, note string) exchange.Evidence {
	return field(c.X.ID, exchange.ResponseHeader, c.X.Response.Header, name, note)
}

func field(id exchange.ID, part exchange.Part, h exchange.Header, name, note string) exchange.Evidence {
	e := exchange.Evidence{Exchange: id, Part: part, Name: name, Value: "absent", Note: note}
	if vs := h.Values(name); vs != nil {
		for i, v := range vs {
			vs[i] = shown(v, func(v string) string { return content.MaskField(name, v) })
		}
		e.Value = strings.Join(vs, " and ")
	}
	return e
}

// maxShown is about how many bytes of a value or path are shown: nobody reads
// more, and masking takes time.
const maxShown = 4 << 10

// shown is the head of s as mask leaves it. What is masked is more than what is
// shown, so that no secret is taken for none because of where it is cut.
func shown(s string, mask func(string) string) string {
	if len(s) <= 2*maxShown {
		return mask(s)
	}
	s = mask(s[:2*maxShown])
	return clip(s, min(maxShown, utf8.RuneCountInString(s)/2))
}

// statusLine is the evidence of the status.
func (c *Case) statusLine(note string) exchange.Evidence {
	return exchange.Evidence{Exchange: c.X.ID, Part: exchange.StatusLine, Name: "status", Value: c.Status(), Note: note}
}

// requestLine is the evidence of the method and target.
func (c *Case) requestLine(note string) exchange.Evidence {
	return exchange.Evidence{
		Exchange: c.X.ID, Part: exchange.RequestLine, Name: c.X.Request.Method, Value: clip(c.maskedURL(), maxShown), Note: note,
	}
}

// failure is the evidence of how the exchange failed.
func (c *Case) failure() exchange.Evidence {
	f := c.X.Failure
	return exchange.Evidence{Exchange: c.X.ID, Part: exchange.FailurePart, Name: string(f.Kind), Value: f.Message}
}

// bodyHead is the evidence of the first words of the response's content.
func (c *Case) bodyHead(note string) exchange.Evidence {
	return exchange.Evidence{
		Exchange: c.X.ID, Part: exchange.ResponseBody, Name: "content", Value: excerpt(c.Text(), 120), Note: note,
	}
}

// took is the evidence of how long the answer took.
func (c *Case) took(note string) exchange.Evidence {
	return exchange.Evidence{
		Exchange: c.X.ID, Part: exchange.TimingPart, Name: "took", Value: short(c.X.Timing.Last()), Note: note,
	}
}

// excerpt is the head of a text on one line with its secrets masked, at most n
// characters.
func excerpt(s string, n int) string {
	// Masking needs some text around what is shown, not all of it.
	if len(s) > 8*n {
		s = s[:8*n]
	}
	s = content.MaskText(strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " "))
	return clip(s, n)
}

// shortCells bounds Finding.Short. A narrow list has room for about 26 of them
// and cuts the rest, so what matters comes first.
const shortCells = 48

// clip cuts s at n characters.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return strings.ToValidUTF8(s[:end], "�") + "…"
}

func statusText(m *exchange.Message) string {
	if m == nil {
		return "no response"
	}
	reason := http.StatusText(m.Status)
	if m.Reason != "" {
		reason = excerpt(m.Reason, 40)
	}
	return strings.TrimSpace(strconv.Itoa(m.Status) + " " + reason)
}

// curl is the request as a command line, with the given additional arguments and
// its content. Credentials are masked.
func (c *Case) curl(extra ...string) string {
	return curlMasked(c.X.Request.Method, c.maskedURL(), slices.Concat(extra, c.curlContent(extra))...)
}

func curl(method, target string, extra ...string) string {
	return curlMasked(method, content.MaskURL(target), extra...)
}

func curlMasked(method, target string, extra ...string) string {
	var b strings.Builder
	b.WriteString("curl -i ")
	switch method {
	case "", http.MethodGet:
	case http.MethodHead:
		b.WriteString("-I ")
	default:
		b.WriteString("-X " + shell(method) + " ")
	}
	for _, arg := range extra {
		if strings.HasPrefix(arg, "-") {
			b.WriteString(arg + " ")
			continue
		}
		b.WriteString(shell(arg) + " ")
	}
	b.WriteString(shell(target))
	return b.String()
}

// shell quotes a word for a POSIX shell.
func shell(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@=,+%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// journal shows the server's log around the exchange.
func (c *Case) journal() string {
	if c.X.Start.IsZero() {
		return "journalctl --since -10min"
	}
	const format = "2006-01-02 15:04:05"
	from := c.X.Start.UTC()
	return fmt.Sprintf("journalctl --since '%s UTC' --until '%s UTC'", from.Format(format), c.X.End().UTC().Add(2*time.Second).Format(format))
}

// duration words a span: its two largest units, e.g. "2 h 13 min".
func duration(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	const day = 24 * time.Hour
	switch {
	case d >= 10*day:
		return fmt.Sprintf("%d days", d/day)
	case d >= day:
		return units(int(d/day), "day", int(d%day/time.Hour), "h")
	case d >= time.Hour:
		return units(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "min")
	case d >= time.Minute:
		return units(int(d/time.Minute), "min", int(d%time.Minute/time.Second), "s")
	case d >= time.Second:
		return fmt.Sprintf("%d s", d.Round(time.Second)/time.Second)
	default:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond)/time.Millisecond)
	}
}

func units(a int, unitA string, b int, unitB string) string {
	if unitA == "day" && a > 1 {
		unitA = "days"
	}
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}

// short words a span in one unit, e.g. "13 ms", "2 h".
func short(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 0 {
		d = -d
	}
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%d days", d/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Seconds())
	default:
		return fmt.Sprintf("%d ms", d/time.Millisecond)
	}
}

// instant words a time: the time of day, and the date if it is another than
// that of the reference.
func instant(t, reference time.Time) string {
	t = t.UTC()
	if t.Format(time.DateOnly) == reference.UTC().Format(time.DateOnly) {
		return t.Format("15:04:05Z")
	}
	return t.Format("2006-01-02 15:04:05Z")
}

// pathOf is the path and query of a URL for display, secrets masked.
func pathOf(target string) string {
	r := exchange.Row{URL: target}
	p := r.Path()
	if p == "" {
		p = "/"
	}
	return shown(p, content.MaskURL)
}

// origin is the origin (RFC 6454 section 6.2) of a URL, "" if it has none.
func origin(u *url.URL) string {
	if u == nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	}
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}

// plural is a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
