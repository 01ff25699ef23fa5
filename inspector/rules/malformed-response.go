package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "malformed-response", Title: "The server does not speak HTTP", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "What came back could not be read as HTTP. Often the port belongs to another service.",
	FixClient: "Check the port.",
	FixServer: "Send valid HTTP.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-message-parsing",
	When:      failed(exchange.MalformedResponse),
	Check: func(c *Case) *Finding {
		what, brief, command := notHTTP(c.X.Failure)
		if command == "" {
			command = c.curl("--http0.9", "--output", "-")
		} else {
			command = fmt.Sprintf(command, c.Host())
		}
		text := string(c.X.Failure.Excerpt)
		f := c.transportFinding(
			fmt.Sprintf("%s did not answer with valid HTTP: %s.", c.Host(), what), brief,
			exchange.Advice{Text: "Check the port, and look at what comes:", Copy: command},
			exchange.Advice{Text: "See which program listens on this port:", Copy: "ss -ltnp"},
		)
		if !c.X.Synthetic && !c.fromBrowser() && (strings.HasPrefix(text, "HTTP/1.") || c.X.Response != nil) {
			// It went on to the client as it came, and clients forgive some of it.
			f.Severity, f.Short = exchange.SeverityWarning, "not valid HTTP"
		}
		if text != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.FailurePart, Name: "first bytes", Value: fmt.Sprintf("%q", clip(text, 60))})
		}
		return f
	},
	Examples: []Example{
		{Name: "ssh", Finds: "an SSH server answered", HTTP: `> GET http://api.test:22/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure malformed-response 10.0.0.1:22 "malformed HTTP response" excerpt="SSH-2.0-OpenSSH_9.2"`},
		{Name: "tls", Finds: "a TLS record came", HTTP: `> GET http://api.test:8443/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure malformed-response 10.0.0.1:8443 "malformed HTTP response" excerpt="\x15\x03\x01\x00\x02"`},
		{Name: "html", Finds: "HTML came without a status line", HTTP: `> GET http://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure malformed-response 10.0.0.1:80 "malformed HTTP response" excerpt="<html>hello</html>"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})

// notHTTP says what the first bytes of a response look like, in a sentence and
// in short, and with which command to speak to such a server.
func notHTTP(f *exchange.Failure) (what, brief, command string) {
	text := string(f.Excerpt)
	has := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(text, p) {
				return true
			}
		}
		return false
	}
	lower := strings.ToLower(strings.TrimLeft(text, " \t\r\n"))
	switch {
	case has("SSH-"):
		return "an SSH server answered", "an SSH server answered", "nc %s </dev/null"
	case has("220 ", "220-", "421 ", "554 "):
		return "a mail or FTP server answered", "a mail or FTP server", "nc %s </dev/null"
	case has("+OK"):
		return "a POP3 server answered", "a POP3 server answered", "nc %s </dev/null"
	case has("* OK"):
		return "an IMAP server answered", "an IMAP server answered", "nc %s </dev/null"
	case has("-ERR", "-DENIED", "-NOAUTH"):
		return "a Redis server answered", "a Redis server answered", "nc %s </dev/null"
	case has("RFB "):
		return "a VNC server answered", "a VNC server answered", "nc %s </dev/null"
	case has("AMQP"):
		return "an AMQP server answered", "an AMQP server answered", "nc %s </dev/null"
	case len(text) > 5 && text[3] == 0 && text[4] == 10:
		return "a MySQL server answered", "a MySQL server answered", "nc %s </dev/null"
	case has("\x15\x03", "\x16\x03"):
		return "a TLS record came; the port wants https", "the port wants https", "curl -i https://%s/"
	case len(text) >= 9 && has("\x00") && (text[3] == 4 || text[3] == 7):
		return "an HTTP/2 frame came; the port speaks HTTP/2 alone", "the port speaks HTTP/2 alone", "curl -i --http2-prior-knowledge http://%s/"
	case strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<?xml"):
		return "HTML came without a status line (HTTP/0.9)", "no status line, HTML", ""
	case strings.HasPrefix(lower, "{"), strings.HasPrefix(lower, "["):
		return "JSON came without a status line", "no status line, JSON", ""
	}
	return trimStop(f.Message), "malformed response", ""
}
