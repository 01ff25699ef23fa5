package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "stack-trace-leak", Title: "The error response shows a stack trace", Family: Security, Severity: exchange.SeverityWarning,
	Explain:   "A stack trace tells strangers about the program: its libraries, files and queries. It belongs into the log.",
	FixClient: "Nothing; it may show the cause, though.",
	FixServer: "Turn off debug mode, and answer with an ID under which the log has the trace.",
	Spec:      "https://cwe.mitre.org/data/definitions/209.html",
	When:      statusFrom(400, 599),
	Check: func(c *Case) *Finding {
		text := c.Text()
		if text == "" {
			return nil
		}
		found, at := findTrace(text)
		if found < 0 {
			return nil
		}
		t := stackTraces[found]
		return &Finding{
			Verdict:  fmt.Sprintf("The %d shows a stack trace of %s.", c.X.Response.Status, t.language),
			Short:    clip("shows a trace of "+t.language, shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), {Part: exchange.ResponseBody, Name: "content", Value: excerpt(text[at:], 120)}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "The trace may show the cause:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Turn off debug mode, e.g.:", Copy: t.fix},
			},
		}
	},
	Examples: []Example{
		{Name: "python", Finds: "shows a stack trace of Python", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Content-Type: text/plain

Traceback (most recent call last):
  File "/app/main.py", line 12, in get
    return items[id]
KeyError: 7`},
		{Name: "node", Finds: "Node.js", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Content-Type: text/html

<pre>TypeError: x is not a function
    at get (/app/routes/items.js:12:5)
    at next (/app/node_modules/express/lib/router/route.js:144:13)</pre>`},
		{Name: "plain-message", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Content-Type: text/plain

something went wrong at our end`},
	},
})

// maxTraces is the number of stackTraces.
const maxTraces = 7

var stackTraces = [maxTraces]struct {
	language string
	// signs: whatever the pattern matches has one of them, beginning or ending
	// with its colon.
	signs   []string
	pattern *regexp.Regexp
	fix     string
}{
	{"Python", []string{"last):"}, regexp.MustCompile(`Traceback \(most recent call last\):`), "DEBUG=False"},
	{"Node.js", []string{"js:", "ts:"}, regexp.MustCompile(`\n\s+at [^\n]{0,120}\(?[^\s()]+\.[cm]?[jt]s:\d+:\d+`), "NODE_ENV=production"},
	{"Java", []string{"java:", "kt:", "scala:"}, regexp.MustCompile(`\n\s+at [\w.$]+\([\w]+\.(?:java|kt|scala):\d+\)`), "server.error.include-stacktrace=never"},
	{".NET", []string{":line "}, regexp.MustCompile(`\n\s+at [\w.]+\([^)\n]*\) in [^\n]+:line \d+`), "ASPNETCORE_ENVIRONMENT=Production"},
	{"Go", []string{"[running]:"}, regexp.MustCompile(`goroutine \d+ \[running\]:`), "defer recover(), and log debug.Stack()"},
	{"PHP", []string{"trace:"}, regexp.MustCompile(`Stack trace:\n#0 `), "display_errors=Off"},
	{"Ruby", []string{"rb:"}, regexp.MustCompile(`\.rb:\d+:in [\x60']`), "config.consider_all_requests_local = false"},
}

const (
	// traceBefore and traceBehind are how much of the text around a sign is
	// compared with the pattern, in bytes, maxTries how often for each.
	traceBefore, traceBehind = 500, 100
	maxTries                 = 50
)

// findTrace is the first of stackTraces that text holds, with its place; -1 if
// it holds none. It passes once over the colons, which all signs have.
func findTrace(text string) (found, place int) {
	found = maxTraces
	var tries [maxTraces]int
	for at := 0; ; at++ {
		n := strings.IndexByte(text[at:], ':')
		if n < 0 {
			break
		}
		at += n
		for i := range stackTraces[:found] {
			if tries[i] == maxTries || !signAt(stackTraces[i].signs, text, at) {
				continue
			}
			tries[i]++
			from := max(0, at-traceBefore)
			from += max(0, strings.LastIndexByte(text[from:at], '\n'))
			if loc := stackTraces[i].pattern.FindStringIndex(text[from:min(len(text), at+traceBehind)]); loc != nil {
				found, place = i, from+loc[0]
				break
			}
		}
	}
	if found == maxTraces {
		return -1, 0
	}
	return found, place
}

// signAt reports whether the colon of one of the signs is that at text[at].
func signAt(signs []string, text string, at int) bool {
	for _, sign := range signs {
		if strings.HasSuffix(text[:at+1], sign) || sign[0] == ':' && strings.HasPrefix(text[at:], sign) {
			return true
		}
	}
	return false
}
