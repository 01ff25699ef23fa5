package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "connection-refused", Title: "Nothing listens on this address", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "The machine answered that no program listens on this port. The program is not running, listens on another port or another address (127.0.0.1 and ::1 are two), or runs in a container whose port is not published.",
	FixClient: "Check host and port of the URL.",
	FixServer: "Start the server, on this address and port.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway",
	When:      failed(exchange.ConnectRefused),
	Check: func(c *Case) *Finding {
		addr := c.address()
		_, port := c.dialled()
		return c.transportFinding(
			fmt.Sprintf("Nothing is listening on %s: the connection was refused.", addr), "refused: "+addr,
			exchange.Advice{Text: "Check host and port of the URL:", Copy: c.curl()},
			exchange.Advice{Text: "See whether the server runs, and on which address it listens:", Copy: "ss -ltnp | grep :" + port},
		)
	},
	Examples: []Example{
		{Name: "local", Finds: "Nothing is listening on 127.0.0.1:3001", HTTP: `> GET http://127.0.0.1:3001/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-refused 127.0.0.1:3001 "connect to 127.0.0.1:3001: connection refused"`},
		{Name: "name", Finds: "Nothing is listening on 10.0.0.7:443", HTTP: `> GET https://api.test/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-refused 10.0.0.7:443 host=api.test "connect to 10.0.0.7:443: connection refused"`},
		{Name: "reverse", Finds: "Nothing is listening on 127.0.0.1:3001", HTTP: `* mode reverse
> GET http://127.0.0.1:3001/items HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure connect-refused 127.0.0.1:3001 peer=server "connect to 127.0.0.1:3001: connection refused"`},
		{Name: "no-failure", HTTP: quietExample},
	},
})
