package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "php-error-in-page", Title: "PHP prints an error into the page", Family: Content, Severity: exchange.SeverityError,
	Explain:   "With display_errors PHP writes its errors where it is in the page. What was sent before stays as it is, the status too, so a page that broke off may still be a 200.",
	FixClient: "Nothing to change.",
	FixServer: "Correct the line, and send errors to the log.",
	Spec:      "https://www.php.net/manual/en/errorfunc.configuration.php#ini.display-errors",
	When:      having(answersHTML, statusFrom(200, 299)),
	Check: func(c *Case) *Finding {
		text := c.Text()
		if !strings.Contains(text, "</b> on line <b>") {
			return nil
		}
		all := phpError.FindAllStringSubmatch(text, 20)
		if all == nil {
			return nil
		}
		m := all[max(0, slices.IndexFunc(all, func(m []string) bool { return strings.HasSuffix(m[1], "error") }))]
		kind, said, file, line := m[1], excerpt(m[2], 120), m[3], m[4]
		f := &Finding{
			Verdict:  fmt.Sprintf("%s stopped in %s, line %s: %s.", c.Path(), clip(file, 60), line, strings.TrimSuffix(said, ".")),
			Short:    clip("PHP: "+said, shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), {Part: exchange.ResponseBody, Name: kind, Value: said, Note: clip(file, 60) + ":" + line}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change: the page breaks at the server."},
				Server: exchange.Advice{Text: "Correct this line, and send errors to the log:", Copy: "display_errors = Off\nlog_errors = On"},
			},
		}
		if !strings.HasSuffix(kind, "error") {
			f.Severity = exchange.SeverityWarning
			f.Verdict = fmt.Sprintf("PHP prints a %s into %s, from %s, line %s: %s.", strings.ToLower(kind), c.Path(), clip(file, 60), line, strings.TrimSuffix(said, "."))
		}
		return f
	},
	Examples: []Example{
		{Name: "fatal", Finds: "/cart stopped in /srv/app/cart.php, line 12: Uncaught TypeError", HTTP: phpPage("Fatal error", "Uncaught TypeError: Unsupported operand types: string + int")},
		{Name: "warning", Finds: "PHP prints a warning into /cart", HTTP: phpPage("Warning", "Undefined variable $total")},
		{Name: "after-a-warning", Finds: "stopped in /srv/app/t.php, line 2: Uncaught TypeError: f(): Argument #1", HTTP: `> GET http://app.test/t.php HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html; charset=UTF-8

<br />
<b>Warning</b>:  Undefined variable $x in <b>/srv/app/t.php</b> on line <b>2</b><br />
<br />
<b>Fatal error</b>:  Uncaught TypeError: f(): Argument #1 ($a) must be of type int, string given, called in /srv/app/t.php on line 2 and defined in /srv/app/t.php:2
Stack trace:
#0 /srv/app/t.php(2): f()
#1 {main}
  thrown in <b>/srv/app/t.php</b> on line <b>2</b><br />`},
		{Name: "manual", HTTP: `> GET http://app.test/cart HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<p>It says &lt;b&gt;Fatal error&lt;/b&gt;: and the line in <b>cart.php</b>.`},
	},
})

// phpError matches what PHP prints with html_errors.
var phpError = regexp.MustCompile(`<b>(Fatal error|Parse error|Recoverable fatal error|Warning|Notice|Deprecated)</b>:\s+([^\n]{1,300}?)(?:\nStack trace:[^<]*)? in <b>([^<\n]{1,300})</b> on line <b>(\d+)</b>`)

func phpPage(kind, said string) string {
	return "> GET http://app.test/cart HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: text/html; charset=UTF-8\n\n<h1>Cart</h1>\n<br />\n<b>" + kind +
		"</b>:  " + said + " in <b>/srv/app/cart.php</b> on line <b>12</b><br />\n"
}
