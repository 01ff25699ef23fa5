package rules

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "ws-unexpected-status", Title: "The server does not switch to WebSocket", Family: Upgrade, Severity: exchange.SeverityError,
	Explain:   "A WebSocket opens with 101 alone. Upgrade and Connection are hop-by-hop fields: a gateway that does not know WebSocket drops them, and the server then sees an ordinary GET.",
	FixClient: "See what the server answers.",
	FixServer: "Pass Upgrade and Connection on in every gateway, and see that the path is the one of the WebSocket.",
	Spec:      rfcWebSocket + "#section-4.1",
	When:      when(anyStatus|methodGET|sendsUpgrade, opensWebSocket),
	Check: func(c *Case) *Finding {
		k := c.handshakeIs(wsStatus)
		if k == nil {
			return nil
		}
		cause := c.handshakeCause()
		f := c.handshakeFinding(fmt.Sprintf("the server answered %s, not 101; %s", k.Detail, cause.Says), clip("WS: "+c.Status(), shortCells), cause.Evidence...)
		f.Fix.Server = cause.Server
		if cause.Client.Text != "" {
			f.Fix.Client = cause.Client
		}
		return f
	},
	Examples: []Example{
		{Name: "plain-http", Finds: "answered 200 OK, not 101; this path speaks plain HTTP", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 200 OK`},
		{Name: "redirect", Finds: "a WebSocket does not follow redirects", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 302 Found
< Location: /login`},
		{Name: "upgrade-lost", Finds: "a gateway before it dropped Upgrade", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 426 Upgrade Required
< Upgrade: websocket`},
		{Name: "bad-request", Finds: "Upgrade", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 400 Bad Request`},
		{Name: "version", Finds: "the server speaks version 8", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 426 Upgrade Required
< Sec-WebSocket-Version: 8`},
		{Name: "key", Finds: "Sec-WebSocket-Key is not 16 bytes in base64", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: abc
< HTTP/1.1 400 Bad Request`},
		{Name: "origin", Finds: "does not allow pages of http://page.test", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> Origin: http://page.test
< HTTP/1.1 403 Forbidden`},
		{Name: "login", Finds: "browsers send no Authorization with a WebSocket", Also: []string{"auth-missing-credentials"}, HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 401 Unauthorized`},
		{Name: "path", Finds: "no WebSocket at /socket", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 404 Not Found`},
		{Name: "down", Finds: "the server fails", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 503 Service Unavailable`},
		{Name: "opens", HTTP: `> GET http://app.test/socket HTTP/1.1
> User-Agent: Mozilla/5.0
> Connection: Upgrade
> Upgrade: websocket
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
< HTTP/1.1 101 Switching Protocols
< Upgrade: websocket
< Connection: Upgrade
< Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`},
	},
})

// handshakeCause is the likely reason for the status that refused a handshake.
type handshakeCause struct {
	Says           string
	Evidence       []exchange.Evidence
	Client, Server exchange.Advice
}

func (c *Case) handshakeCause() handshakeCause {
	h, response := c.X.Request.Header, c.X.Response.Header
	pass := c.upgradeHeaders("Pass Upgrade and Connection on in every gateway:")
	versions := response.List("Sec-WebSocket-Version")
	switch s := c.X.Response.Status; {
	case isRedirect(s):
		to := response.Get("Location")
		return handshakeCause{
			"a WebSocket does not follow redirects",
			[]exchange.Evidence{c.responseField("Location", "")},
			exchange.Advice{Text: "Connect to the final URL:", Copy: "new WebSocket('" + webSocketTarget(c.URL(), to) + "')"},
			exchange.Advice{Text: "Do not redirect this path."},
		}
	case !keyIsValid(h.Get("Sec-WebSocket-Key")):
		return handshakeCause{
			"the request's Sec-WebSocket-Key is not 16 bytes in base64",
			[]exchange.Evidence{c.requestField("Sec-WebSocket-Key", "")},
			exchange.Advice{Text: "Send a key of 16 random bytes:", Copy: "Sec-WebSocket-Key: $(openssl rand -base64 16)"},
			exchange.Advice{},
		}
	case !h.HasToken("Connection", "upgrade") || !h.HasToken("Upgrade", "websocket"):
		return handshakeCause{
			"the request lacks Connection: Upgrade or Upgrade: websocket",
			[]exchange.Evidence{c.requestField("Connection", ""), c.requestField("Upgrade", "")},
			exchange.Advice{Text: "Send both fields:", Copy: "Connection: Upgrade\nUpgrade: websocket"},
			pass,
		}
	case len(versions) > 0 && !slices.Contains(versions, h.Get("Sec-WebSocket-Version")):
		return handshakeCause{
			fmt.Sprintf("the server speaks version %s of the protocol, the client %s", clip(strings.Join(versions, ", "), 20), orNone(h.Get("Sec-WebSocket-Version"))),
			[]exchange.Evidence{c.requestField("Sec-WebSocket-Version", ""), c.responseField("Sec-WebSocket-Version", "")},
			exchange.Advice{Text: "Speak version 13:", Copy: "Sec-WebSocket-Version: 13"},
			exchange.Advice{Text: "Update the WebSocket library; version 13 is the standard."},
		}
	case s < 300:
		return handshakeCause{"this path speaks plain HTTP, or a gateway before it dropped Upgrade", nil, exchange.Advice{}, pass}
	case s == http.StatusBadRequest || s == http.StatusUpgradeRequired:
		return handshakeCause{
			"the request has all fields, so most likely a gateway before it dropped Upgrade", []exchange.Evidence{c.requestField("Upgrade", "as sent")}, exchange.Advice{}, pass,
		}
	case s == http.StatusUnauthorized:
		return handshakeCause{
			"the server wants credentials, and browsers send no Authorization with a WebSocket",
			[]exchange.Evidence{c.requestField("Cookie", "")},
			exchange.Advice{Text: "Log in first, so that the cookie goes along, or pass a short-lived ticket:", Copy: "new WebSocket('" + clip(c.webSocketURL(), 80) + "?ticket=TICKET')"},
			exchange.Advice{Text: "Accept the session cookie, or a ticket in the query, for this path."},
		}
	case s == http.StatusForbidden && h.Has("Origin"):
		return handshakeCause{
			fmt.Sprintf("most likely it does not allow pages of %s", clip(h.Get("Origin"), 60)),
			[]exchange.Evidence{c.requestField("Origin", "")},
			exchange.Advice{Text: "Try it with another origin:", Copy: c.handshakeCurl()},
			exchange.Advice{Text: "Add the origin to those that the WebSocket server allows:", Copy: h.Get("Origin")},
		}
	case s == http.StatusNotFound || s == http.StatusMethodNotAllowed || s == http.StatusGone:
		return handshakeCause{fmt.Sprintf("there is no WebSocket at %s, or a gateway before it dropped Upgrade", clip(c.Path(), 60)), nil, exchange.Advice{}, pass}
	case s >= 500:
		return handshakeCause{"the server fails before the handshake", nil, exchange.Advice{}, exchange.Advice{Text: "Look into the log at this time:", Copy: c.journal()}}
	}
	return handshakeCause{"it refuses the handshake", nil, exchange.Advice{}, pass}
}

// keyIsValid reports whether a key is 16 bytes in base64 (RFC 6455 section 4.1).
func keyIsValid(key string) bool {
	b, err := base64.StdEncoding.DecodeString(key)
	return err == nil && len(b) == 16
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return clip(s, 20)
}

// webSocketTarget is where a redirect leads, in the scheme of WebSocket.
func webSocketTarget(base *url.URL, location string) string {
	if base == nil {
		return clip(content.MaskURL(location), 80)
	}
	next, err := base.Parse(location)
	if err != nil {
		return clip(content.MaskURL(location), 80)
	}
	return clip(content.MaskURL("ws"+strings.TrimPrefix(next.String(), "http")), 80)
}
