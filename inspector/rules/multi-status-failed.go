package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "multi-status-failed", Title: "Items of a 207 failed", Family: Content, Severity: exchange.SeverityWarning,
	Explain:   "207 says only that each item has a status of its own. All of them can be failures.",
	FixClient: "Look at the status of every item.",
	FixServer: "Say for each item what is wrong with it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc4918.html#section-13",
	When:      when(status2xx, func(x *exchange.Exchange) bool { return received(x) && x.Response.Status == http.StatusMultiStatus }),
	Check: func(c *Case) *Finding {
		var m multiStatus
		switch kind := c.X.Response.MediaType(); {
		case strings.Contains(kind, "xml"):
			m = davStatus(c.WholeText(), c.X.Request.Method)
		case isJSON(kind):
			m = jsonStatus(c.JSON())
		}
		if m.failed == 0 {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%d of %d items failed, the first: %s.", m.failed, m.items, m.first),
			Short:    clip(fmt.Sprintf("%d of %d failed: %s", m.failed, m.items, m.first), shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.bodyHead("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the status of every item:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Say for each item what is wrong with it."},
			},
		}
		if m.failed == m.items {
			f.Verdict = fmt.Sprintf("All %d items failed, the first: %s.", m.items, m.first)
			if m.items == 1 {
				f.Verdict = fmt.Sprintf("The only item failed: %s.", m.first)
			}
		}
		return f
	},
	Examples: []Example{
		{Name: "delete", Finds: "The only item failed: /dav/x/locked.txt 423.", HTTP: `> DELETE http://files.test/dav/x/ HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: application/xml; charset=utf-8

<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>/dav/x/locked.txt</d:href><d:status>HTTP/1.1 423 Locked</d:status></d:response></d:multistatus>`},
		{Name: "proppatch", Finds: "The only item failed: /dav/a.txt 403.", HTTP: `> PROPPATCH http://files.test/dav/a.txt HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: text/xml

<D:multistatus xmlns:D="DAV:"><D:response><D:href>/dav/a.txt</D:href><D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status></D:propstat></D:response></D:multistatus>`},
		{Name: "all", Finds: "All 2 items failed, the first: /0 404.", HTTP: `> POST http://api.test/bulk HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: application/json

{"results":[{"statusCode":404},{"statusCode":403}]}`},
		{Name: "bulk", Finds: "1 of 2 items failed, the first: /1 422.", HTTP: `> POST http://api.test/bulk HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: application/json

[{"id":1,"status":201},{"id":2,"status":422}]`},
		{Name: "missing-properties", HTTP: `> PROPFIND http://files.test/dav/ HTTP/1.1
> Depth: 0
< HTTP/1.1 207 Multi-Status
< Content-Type: application/xml

<D:multistatus xmlns:D="DAV:"><D:response><D:href>/dav/</D:href><D:propstat><D:prop><D:getetag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response></D:multistatus>`},
		{Name: "removed", HTTP: `> REPORT http://files.test/calendar/ HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: application/xml

<D:multistatus xmlns:D="DAV:"><D:response><D:href>/calendar/7.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response></D:multistatus>`},
		{Name: "fine", HTTP: `> POST http://api.test/bulk HTTP/1.1
< HTTP/1.1 207 Multi-Status
< Content-Type: application/json

{"items":[{"id":1,"status":201},{"id":2,"status":"failed"}]}`},
	},
})
