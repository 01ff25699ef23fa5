package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "sse-error-event", Title: "The event stream reports an error", Family: Provider, Severity: exchange.SeverityWarning,
	Explain:   "The status was sent before the first event, so what fails later can only be told by an event. A client that looks at the status alone takes it for a complete answer.",
	FixClient: "Listen for error events, and take a stream that ends with one for failed.",
	FixServer: "Look the error up in the log at the time of the event.",
	Spec:      "https://html.spec.whatwg.org/multipage/server-sent-events.html",
	When: when(status1xx|status200|status2xx|answersEvents, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status < 300 && x.Response.MediaType() == "text/event-stream"
	}),
	Check: func(c *Case) *Finding {
		n, e := errorEvent(c)
		if e == nil {
			return nil
		}
		v := parseJSON(e.Data)
		said := firstOf(errorText(v), e.Data)
		code := firstOf(text(object(v, "error"), "type"), text(object(v, "error"), "code"))
		f := &Finding{
			Verdict:  fmt.Sprintf("The stream answered %s, then reported an error in event %d: %q.", c.Status(), n, excerpt(said, 120)),
			Short:    clip("error in stream: "+excerpt(firstOf(code, said), shortCells), 26),
			Evidence: []exchange.Evidence{c.statusLine(""), inBody(fmt.Sprintf("event %d", n), e.Data, "event: "+firstOf(e.Type, "message"))},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Handle the error event, e.g.:", Copy: "source.addEventListener('error', e => { if (e.data) throw new Error(e.data) })"},
				Server: exchange.Advice{Text: "Look into the log at this time:", Copy: c.journal()},
			},
		}
		if h := llmHints[code]; h.Means != "" {
			f.Verdict += " " + h.Means
		}
		return f
	},
	Examples: []Example{
		{Name: "overloaded", Finds: `reported an error in event 2: "Overloaded"`, HTTP: `> POST http://api.test/v1/messages HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/event-stream

event: message_start
data: {"type":"message_start"}

event: error
data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

event: end
data: x`},
		{Name: "fine", HTTP: `> POST http://api.test/v1/messages HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/event-stream

data: {"text":"an error is not the end"}`},
	},
})

// errorEvent is the first event that reports an error, and its number from 1;
// nil if there is none.
func errorEvent(c *Case) (n int, found *content.Event) {
	text := c.Text()
	if !strings.Contains(text, "error") {
		return 0, nil
	}
	for i, e := range content.ParseSSE([]byte(text)) {
		if !e.HasData || e.Cut && c.X.Response.Body.State != exchange.WholeBody {
			continue
		}
		if e.Type == "error" {
			return i + 1, &e
		}
		// Streams without event types report by an object with error alone.
		if strings.HasPrefix(e.Data, `{"error"`) && object(parseJSON(e.Data), "error") != nil {
			return i + 1, &e
		}
	}
	return 0, nil
}
