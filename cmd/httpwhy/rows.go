package main

import (
	"fmt"
	"strconv"
	"time"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// rowJSON is an exchange in "ls --json" and "proxy --json". Its fields are a
// contract: see the README.
type rowJSON struct {
	ID            exchange.ID    `json:"id"`
	Start         time.Time      `json:"start"`
	DurationMS    float64        `json:"duration_ms"`
	Client        string         `json:"client"`
	Method        string         `json:"method"`
	URL           string         `json:"url"`
	Proto         string         `json:"proto"`
	Status        int            `json:"status"`
	RequestBytes  int64          `json:"request_bytes"`
	ResponseBytes int64          `json:"response_bytes"`
	MIME          string         `json:"mime"`
	State         exchange.State `json:"state"`
	Failure       *failureJSON   `json:"failure"`
	Synthetic     bool           `json:"synthetic"`
	Findings      []headlineJSON `json:"findings"`
}

type failureJSON struct {
	Kind    exchange.FailureKind `json:"kind"`
	Message string               `json:"message"`
}

type headlineJSON struct {
	Rule     string            `json:"rule"`
	Severity exchange.Severity `json:"severity"`
}

func jsonRow(r exchange.Row) rowJSON {
	row := rowJSON{
		ID: r.ID, Start: r.Start.UTC(), DurationMS: float64(r.Duration.Microseconds()) / 1000, Client: r.Client,
		Method: r.Method, URL: r.URL, Proto: r.Proto, Status: r.Status, RequestBytes: r.RequestBytes,
		ResponseBytes: r.ResponseBytes, MIME: r.MIME, State: r.State, Synthetic: r.Synthetic,
		Findings: make([]headlineJSON, 0, len(r.Findings)),
	}
	if r.FailureKind != "" {
		row.Failure = &failureJSON{r.FailureKind, r.FailureMessage}
	}
	for _, h := range r.Findings {
		row.Findings = append(row.Findings, headlineJSON{h.Rule, h.Severity})
	}
	return row
}

// lineWidth is the width of a line where standard output is not a terminal.
const lineWidth = 120

// textRow is an exchange as a line of at most width cells: sign, number, time,
// method, status, URL, reason, duration. Secrets in the URL are masked: lines
// end up in logs.
func textRow(r exchange.Row, width int) string {
	reason := ""
	if f := r.Primary(); f != nil {
		reason = f.Short
	} else if r.FailureKind != "" {
		reason = r.FailureMessage
	}
	head := fmt.Sprintf("%s %5d %s %-7s %3s ", sign(r), r.ID, r.Start.Local().Format("15:04:05"),
		text.Visible(r.Method), statusText(r))
	tail := fmt.Sprintf("%6s", durationText(r.Duration))
	room := max(20, width-text.Width(head)-text.Width(tail)-1)
	reason = text.CutEnd(text.Visible(reason), room/2, "…")
	if reason != "" {
		reason = "  " + reason
	}
	url := text.CutMiddle(text.Visible(content.MaskURL(r.URL)), room-text.Width(reason), "…")
	return head + text.PadRight(url+reason, room, "…") + " " + tail
}

// sign is the severity of a row as one character.
func sign(r exchange.Row) string {
	switch {
	case r.State == exchange.Active:
		return "~"
	case r.Severity() == exchange.SeverityError:
		return "✗"
	case r.Severity() == exchange.SeverityWarning:
		return "▲"
	case r.Severity() == exchange.SeverityInfo:
		return "i"
	default:
		return " "
	}
}

// statusText is the code that the origin server sent. An answer of our own is
// no such code.
func statusText(r exchange.Row) string {
	switch {
	case r.FailureKind != "" && (r.Status == 0 || r.Synthetic):
		return "ERR"
	case r.Status == 0:
		return "-"
	default:
		return strconv.Itoa(r.Status)
	}
}

func durationText(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < 10*time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	default:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
}
