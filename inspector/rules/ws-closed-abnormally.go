package rules

import (
	"fmt"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-closed-abnormally", Title: "A WebSocket ended early", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "A WebSocket ends in good order with a close frame of code 1000 or 1001. Other codes name a fault; an end without a close frame (clients report 1006) means that the connection broke or that something in between cut it, often for silence.",
	FixClient: "Connect again, and send a ping before the silence gets too long.",
	FixServer: "Send pings, and raise the time limit of the gateway for silent connections.",
	Spec:      rfcWebSocket + "#section-7.4",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.Closing()
		if k == nil {
			return nil
		}
		if k.Code == 1006 {
			return c.closedWithoutFrame(k)
		}
		known, ok := closeCodes[k.Code]
		if !ok || k.Code >= 4000 && !strings.HasPrefix(c.X.Response.Header.Get("Sec-WebSocket-Protocol"), "graphql") {
			return nil
		}
		said := ""
		if k.Reason != "" {
			said = fmt.Sprintf(", saying %q", excerpt(k.Reason, 80))
		}
		f := &Finding{
			Severity: known.Severity,
			Verdict:  fmt.Sprintf("%s closed the WebSocket with %d%s: %s.", titled(partyName(k.From)), k.Code, said, known.Means),
			Short:    fmt.Sprintf("WebSocket closed: %d", k.Code),
			Evidence: []exchange.Evidence{{Part: exchange.FramePart, Name: "close from " + string(k.From), Value: strings.TrimSpace(fmt.Sprintf("%d %s", k.Code, excerpt(k.Reason, 80)))}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: known.Client, Copy: "ws.onclose = e => console.log(e.code, e.reason, e.wasClean)"},
				Server: exchange.Advice{Text: known.Server, Copy: c.journal()},
			},
		}
		return f
	},
	Examples: []Example{
		{Name: "internal-error", Finds: "The server closed the WebSocket with 1011, saying \"boom\": an error happened inside the server", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* timing response-head=2ms end=3s
* frame client text 1s "hi"
* frame server close 3s "\x03\xf3boom"
* closed-by server`},
		{Name: "too-big", Finds: "The client closed the WebSocket with 1009", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* frame client close 3s "\x03\xf1"
* frame server close 3s "\x03\xf1"`},
		{Name: "idle", Finds: "silent for 60 s", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* timing response-head=2ms end=61s
* frame server text 1s "hi"
* closed-by server`},
		{Name: "broken", Finds: "without a close frame", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* timing response-head=2ms end=7s
* frame server text 1s "hi"
* closed-by server`},
		{Name: "normal", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* timing end=3s
* frame client close 3s "\x03\xe8"
* frame server close 3s "\x03\xe8"
* closed-by server`},
		{Name: "page-left", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* timing end=3s
* closed-by client`},
		{Name: "unknown", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
		{Name: "application", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
* frame server close 3s "\x0f\xa1"`},
	},
})

// closedWithoutFrame is about a connection that ended without a close frame.
// Browsers end like that when a page is left, so the client's end is no fault.
func (c *Case) closedWithoutFrame(k *closing) *Finding {
	if k.From != exchange.ServerPeer {
		return nil
	}
	f := &Finding{
		Severity: exchange.SeverityWarning,
		Verdict:  "The server ended the WebSocket without a close frame; the client reports 1006.",
		Short:    "WebSocket cut off: 1006",
		Evidence: []exchange.Evidence{
			{Part: exchange.FramePart, Name: "close", Value: "absent", Note: "ended by the server's side"},
			{Part: exchange.TimingPart, Name: "silent before the end", Value: short(k.Idle)},
		},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Connect again when the connection ends:", Copy: "ws.onclose = e => { if (!e.wasClean) setTimeout(connect, 1000 + Math.random() * 4000) }"},
			Server: exchange.Advice{Text: "See what ended at this time, the application or a gateway:", Copy: c.journal()},
		},
	}
	if limit := idleLimit(k.Idle); limit > 0 {
		f.Confidence = exchange.Likely
		f.Verdict = fmt.Sprintf("Likely: a gateway ended the WebSocket since it was silent for %s; the client reports 1006.", seconds(limit))
		f.Short = clip("WebSocket idle for "+seconds(limit), shortCells)
		f.Fix.Client = exchange.Advice{Text: "Send something before that, or have the server send pings:", Copy: fmt.Sprintf("setInterval(() => ws.send('{}'), %d)", limit.Milliseconds()/2)}
		f.Fix.Server = exchange.Advice{Text: "Send pings, or let the gateway wait longer:", Copy: "proxy_read_timeout 1h;"}
	}
	return f
}

// seconds words a limit as configurations do.
func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }
