package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "client-aborted", Title: "The client gave up", Family: Client, Severity: exchange.SeverityInfo,
	Explain:   "The client closed the connection before the response had ended: a time limit of its own, a cancelled request, or a closed page. The server did not fail.",
	FixClient: "Raise the time limit if the answer is worth waiting for.",
	FixServer: "Answer faster, or with 202 and a place to ask again.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-504-gateway-timeout",
	When:      failed(exchange.ClientGone),
	Check: func(c *Case) *Finding {
		if c.endless() {
			return nil
		}
		d := c.X.Timing.Last()
		limit := ""
		for _, s := range []float64{1, 2, 3, 5, 10, 15, 20, 30, 60, 100, 120, 300} {
			if r := d.Seconds() / s; r > 0.99 && r < 1.03 {
				limit = fmt.Sprintf("; its time limit may be %g s", s)
			}
		}
		client := exchange.Advice{Text: "Raise the time limit if the answer is worth waiting for:", Copy: c.curl("--max-time", "120")}
		server := exchange.Advice{Text: "Answer faster, or with 202 and a place to ask again."}
		if d < time.Second && c.Browser() {
			// No time limit is that short: the page was left, or no longer wants it.
			client, server = exchange.Advice{Text: "Nothing to change if the page was left or the request cancelled."}, exchange.Advice{Text: "Nothing to change."}
		}
		return c.transportFinding(
			fmt.Sprintf("The client closed the connection after %s%s.", duration(d), limit), "client left after "+short(d),
			client, server,
		)
	},
	Examples: []Example{
		{Name: "after-ten-seconds", Finds: "after 10 s; its time limit may be 10 s", HTTP: `> GET http://api.test/report HTTP/1.1
* failure client-gone peer=client "the client closed the connection"
* took 10.01s`},
		{Name: "page-left", Finds: "after 4 ms", HTTP: `> POST http://wiki.test/lib/exe/ajax.php HTTP/1.1
> User-Agent: Mozilla/5.0
* failure client-gone peer=client "the client closed the connection"
* took 4ms`},
		{Name: "events", HTTP: `> GET http://api.test/events HTTP/1.1
> Accept: text/event-stream
< HTTP/1.1 200 OK
< Content-Type: text/event-stream

data: 1

* body interrupted 9
* failure client-gone peer=client "the client closed the connection"
* took 806ms`},
		{Name: "no-failure", HTTP: quietExample},
	},
})

// endless reports whether the content goes on until the client has enough, as
// events do and the pictures of a camera.
func (c *Case) endless() bool {
	r := c.X.Response
	if r == nil || r.Status != http.StatusOK {
		return false
	}
	m := r.MediaType()
	return m == "text/event-stream" || m == "multipart/x-mixed-replace"
}
