package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "internal-server-error", Title: "The server failed", Family: Content, Severity: exchange.SeverityError,
	Fallback:  true,
	Explain:   "500 says that something went wrong in the server that it did not expect. If the same input always fails, the input is often not checked.",
	FixClient: "Report it with the request ID, if there is one.",
	FixServer: "Look the request up in the log.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-500-internal-server-error",
	When:      status(500),
	Check: func(c *Case) *Finding {
		g := c.Gateway()
		if g != nil && g.Fault != "" {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s failed on %s %s%s.", c.Host(), c.X.Request.Method, clip(pathOf(c.X.URL), 60), c.quote()),
			Short:    clip("server failed"+strings.Replace(c.quote(), ": ", " ", 1), shortCells),
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "See whether the same input always fails:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Look into the log at this time:", Copy: c.journal()},
			},
		}
		if name, id := c.requestID(); id != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseHeader, Name: name, Value: id, Note: "look for it in the log"})
			f.Fix.Server = exchange.Advice{Text: "Look the request up in the log:", Copy: "grep -r " + shell(id) + " /var/log/"}
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		if g != nil {
			g.name(f, 500)
		}
		return f
	},
	Examples: []Example{
		{Name: "message", Finds: "failed on GET /items/7: \"boom\".", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< X-Request-Id: 4f2a
< Content-Type: application/json

{"error":"boom"}`},
		{Name: "empty", Finds: "api.test failed on GET /items/7.", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error`},
		{Name: "gateway", Finds: "nginx made this 500 itself: what its configuration asks for failed", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Server: nginx/1.22.1
< Content-Type: text/html

<html>
<head><title>500 Internal Server Error</title></head>
<body>
<center><h1>500 Internal Server Error</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})
