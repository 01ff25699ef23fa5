package rules

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

const rfcWebSocket = "https://www.rfc-editor.org/rfc/rfc6455.html"

// handshakeFault is the first check of an opening handshake that its answer
// fails, in the order of RFC 6455 section 4.1.
type handshakeFault string

const (
	wsStatus            handshakeFault = "status"
	wsUpgrade           handshakeFault = "upgrade"
	wsAcceptMissing     handshakeFault = "accept missing"
	wsAcceptWrong       handshakeFault = "accept wrong"
	wsConnection        handshakeFault = "connection"
	wsSubprotocol       handshakeFault = "subprotocol"
	wsSubprotocolChosen handshakeFault = "subprotocol not chosen"
	wsExtension         handshakeFault = "extension"
)

// handshake is what a client makes of the answer to its opening handshake.
type handshake struct {
	// Fault is "" if the connection opens. Detail says what is wrong.
	Fault  handshakeFault
	Detail string
}

// opensWebSocket selects received responses to opening handshakes.
func opensWebSocket(x *exchange.Exchange) bool {
	h := x.Request.Header
	return received(x) && x.Request.Method == http.MethodGet &&
		(h.HasToken("Upgrade", "websocket") || h.Has("Sec-WebSocket-Key"))
}

// Handshake is the verdict on the opening handshake, nil if the exchange is
// none.
func (c *Case) Handshake() *handshake {
	if !opensWebSocket(c.X) {
		return nil
	}
	request, response := c.X.Request.Header, c.X.Response.Header
	if c.X.Response.Status != http.StatusSwitchingProtocols {
		return &handshake{wsStatus, c.Status()}
	}
	chosen := &handshake{}
	for _, check := range []func(request, response exchange.Header) *handshake{
		checkUpgrade, checkAccept, checkConnection, checkSubprotocol, checkExtensions,
	} {
		if fault := check(request, response); fault != nil {
			if fault.Fault == wsSubprotocolChosen && !c.Browser() { // which others put up with
				chosen = fault
				continue
			}
			return fault
		}
	}
	return chosen
}

// handshakeIs returns the handshake if it fails for this reason.
func (c *Case) handshakeIs(fault handshakeFault) *handshake {
	if h := c.Handshake(); h != nil && h.Fault == fault {
		return h
	}
	return nil
}

func checkUpgrade(_, response exchange.Header) *handshake {
	switch vs := response.Values("Upgrade"); {
	case vs == nil:
		return &handshake{wsUpgrade, "has no Upgrade field"}
	case len(vs) > 1:
		return &handshake{wsUpgrade, fmt.Sprintf("has %d Upgrade fields", len(vs))}
	case !strings.EqualFold(vs[0], "websocket"):
		return &handshake{wsUpgrade, fmt.Sprintf("switches to %q, not to websocket", clip(vs[0], 40))}
	}
	return nil
}

func checkConnection(_, response exchange.Header) *handshake {
	switch {
	case !response.Has("Connection"):
		return &handshake{wsConnection, "has no Connection field"}
	case !slices.ContainsFunc(response.List("Connection"), func(m string) bool { return strings.EqualFold(m, "upgrade") }):
		return &handshake{wsConnection, fmt.Sprintf("has Connection: %s, which does not name Upgrade", clip(response.Get("Connection"), 40))}
	}
	return nil
}

func checkAccept(request, response exchange.Header) *handshake {
	vs := response.Values("Sec-WebSocket-Accept")
	key := request.Get("Sec-WebSocket-Key")
	switch {
	case vs == nil:
		return &handshake{wsAcceptMissing, ""}
	case len(vs) > 1:
		return &handshake{wsAcceptWrong, fmt.Sprintf("Sec-WebSocket-Accept comes %d times", len(vs))}
	case key == "" || vs[0] == acceptFor(key):
		return nil
	case vs[0] == key:
		return &handshake{wsAcceptWrong, "the server sent the key back as it came"}
	case strings.Trim(vs[0], `"`) == acceptFor(key):
		return &handshake{wsAcceptWrong, "it stands in quotation marks"}
	case vs[0] == acceptFor(""):
		return &handshake{wsAcceptWrong, "it was computed from an empty key: the key got lost on the way"}
	}
	return &handshake{wsAcceptWrong, "it was computed from another key"}
}

// acceptFor is the answer to a key (RFC 6455 section 4.2.2). Nothing is kept
// secret by it, so SHA-1 does.
func acceptFor(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// checkSubprotocol: the standard lets a server choose none; browsers fail then.
func checkSubprotocol(request, response exchange.Header) *handshake {
	offered := request.List("Sec-WebSocket-Protocol")
	vs := response.Values("Sec-WebSocket-Protocol")
	switch {
	case len(vs) > 1:
		return &handshake{wsSubprotocol, fmt.Sprintf("the server chose %d subprotocols (%s); one is allowed", len(vs), clip(strings.Join(vs, ", "), 60))}
	case vs == nil && offered != nil:
		return &handshake{wsSubprotocolChosen, fmt.Sprintf("the client offered %s, the server chose none", clip(strings.Join(offered, ", "), 60))}
	case vs != nil && offered == nil:
		return &handshake{wsSubprotocol, fmt.Sprintf("the server chose %q, the client offered none", clip(vs[0], 40))}
	case vs != nil && !slices.Contains(offered, vs[0]):
		return &handshake{wsSubprotocol, fmt.Sprintf("the server chose %q, the client offered %s", clip(vs[0], 40), clip(strings.Join(offered, ", "), 60))}
	}
	return nil
}

func checkExtensions(request, response exchange.Header) *handshake {
	offered := request.List("Sec-WebSocket-Extensions")
	for _, line := range response.Values("Sec-WebSocket-Extensions") {
		if strings.Trim(line, ", \t") == "" {
			return &handshake{wsExtension, "the server sent an empty Sec-WebSocket-Extensions"}
		}
		if line[0] == ',' {
			return &handshake{wsExtension, "Sec-WebSocket-Extensions begins with a comma"}
		}
	}
	seen := map[string]bool{}
	for _, extension := range response.List("Sec-WebSocket-Extensions") {
		name := extensionName(extension)
		offer := slices.IndexFunc(offered, func(o string) bool { return extensionName(o) == name })
		switch {
		case offer < 0:
			return &handshake{wsExtension, fmt.Sprintf("the server uses the extension %q, which the client did not offer", clip(name, 40))}
		case seen[name]:
			return &handshake{wsExtension, fmt.Sprintf("the server uses the extension %q twice", clip(name, 40))}
		}
		seen[name] = true
		if name == "permessage-deflate" {
			if fault := deflateFault(extension, offered); fault != "" {
				return &handshake{wsExtension, "the answer for permessage-deflate " + fault}
			}
		}
	}
	return nil
}

func extensionName(s string) string {
	name, _, _ := strings.Cut(s, ";")
	return strings.Trim(name, " \t")
}

// deflateFault checks the parameters of an answer (RFC 7692 section 7.1).
func deflateFault(answer string, offered []string) string {
	mayLimit := slices.ContainsFunc(offered, func(o string) bool {
		return extensionName(o) == "permessage-deflate" && strings.Contains(o, "client_max_window_bits")
	})
	seen := map[string]bool{}
	for _, parameter := range strings.Split(answer, ";")[1:] {
		name, value, hasValue := strings.Cut(strings.Trim(parameter, " \t"), "=")
		name, value = strings.Trim(name, " \t"), strings.ReplaceAll(strings.Trim(value, " \t\""), `\`, "")
		if seen[name] {
			return "has " + clip(name, 40) + " twice"
		}
		seen[name] = true
		switch name {
		case "server_no_context_takeover", "client_no_context_takeover":
			if hasValue {
				return "gives " + name + " a value"
			}
		case "server_max_window_bits", "client_max_window_bits":
			if bits, err := strconv.Atoi(value); err != nil || bits < 8 || bits > 15 || value[0] == '0' || value[0] == '+' {
				return "has no number from 8 to 15 for " + name
			}
			if name == "client_max_window_bits" && !mayLimit {
				return "has client_max_window_bits, which the client did not offer"
			}
		default:
			return "has the unknown parameter " + strconv.Quote(clip(name, 40))
		}
	}
	return ""
}

// answerLines is the right answer to the handshake, to paste.
func (c *Case) answerLines() string {
	h := c.X.Request.Header
	lines := "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: " + acceptFor(h.Get("Sec-WebSocket-Key"))
	if offered := h.List("Sec-WebSocket-Protocol"); offered != nil {
		lines += "\nSec-WebSocket-Protocol: " + clip(offered[0], 40)
	}
	return lines
}

// webSocketURL is the target in the scheme of WebSocket.
func (c *Case) webSocketURL() string { return "ws" + strings.TrimPrefix(c.X.URL, "http") }

// handshakeFinding completes the finding of a failed handshake.
func (c *Case) handshakeFinding(verdict, short string, evidence ...exchange.Evidence) *Finding {
	return &Finding{
		Verdict: fmt.Sprintf("The WebSocket to %s does not open: %s.", clip(c.Host()+c.Path(), 60), verdict),
		Short:   short, Evidence: append([]exchange.Evidence{c.statusLine("")}, evidence...),
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Nothing to change on this side; to see the answer:", Copy: c.handshakeCurl()},
			Server: exchange.Advice{Text: "Answer exactly this, best by a WebSocket library:", Copy: c.answerLines()},
		},
	}
}

// handshakeCurl repeats the handshake.
func (c *Case) handshakeCurl() string {
	args := []string{"--http1.1"}
	for _, name := range []string{"Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Origin"} {
		if v := c.X.Request.Header.Get(name); v != "" {
			args = append(args, "-H", name+": "+v)
		}
	}
	return c.curl(args...)
}
