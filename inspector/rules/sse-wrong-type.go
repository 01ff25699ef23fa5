package rules

import (
	"fmt"
	"net/http"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "sse-wrong-type", Title: "An event stream was wanted, and something else came", Family: Content, Severity: exchange.SeverityError,
	Explain:   "EventSource takes only status 200 with Content-Type text/event-stream. On any other type it closes the connection and does not try again.",
	FixClient: "Check the path: a page or JSON usually means another route.",
	FixServer: "Label the stream as text/event-stream.",
	Spec:      "https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model",
	When: when(status200|methodGET, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Method == http.MethodGet && x.Response.Status == http.StatusOK && x.Request.Header.Get("Accept") == eventStream && x.Response.MediaType() != eventStream
	}),
	Check: func(c *Case) *Finding {
		kind := clip(firstOf(c.X.Response.MediaType(), "no Content-Type"), 60)
		f := &Finding{
			Verdict:  fmt.Sprintf("EventSource refuses this answer: an event stream was asked for, and %s came.", kind),
			Short:    clip("no event stream: "+kind, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Accept", "what it is wanted for"), c.responseField("Content-Type", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check the path, and look at what comes:", Copy: c.curl("-N", "-H", "Accept: "+eventStream)},
				Server: exchange.Advice{Text: "Label the stream:", Copy: "Content-Type: " + eventStream},
			},
		}
		if !c.X.Request.Header.Has("Sec-Fetch-Mode") {
			f.Confidence = exchange.Likely
			f.Verdict = fmt.Sprintf("Likely: the client refuses this answer: it asked for an event stream, and %s came.", kind)
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "browser", Finds: "EventSource refuses this answer: an event stream was asked for, and text/html came.", Also: []string{"spa-fallback-html", "captive-or-login-html"}, HTTP: `> GET http://www.test/events HTTP/1.1
> Accept: text/event-stream
> Sec-Fetch-Mode: cors
> User-Agent: Mozilla/5.0
< HTTP/1.1 200 OK
< Content-Type: text/html

<!doctype html><div id="app"></div>`},
		{Name: "library", Finds: "it asked for an event stream, and text/plain came", HTTP: `> GET http://api.test/events HTTP/1.1
> Accept: text/event-stream
< HTTP/1.1 200 OK
< Content-Type: text/plain

data: 1`},
		{Name: "stream", HTTP: `> GET http://api.test/events HTTP/1.1
> Accept: text/event-stream
< HTTP/1.1 200 OK
< Content-Type: text/event-stream; charset=utf-8

data: 1`},
		{Name: "either", HTTP: `> GET http://api.test/mcp HTTP/1.1
> Accept: application/json, text/event-stream
< HTTP/1.1 200 OK
< Content-Type: application/json

{}`},
	},
})

const eventStream = "text/event-stream"
