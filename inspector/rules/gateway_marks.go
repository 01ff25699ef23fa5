package rules

import (
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

// place is where the first field called name stands, -1 if it is absent.
func place(h exchange.Header, name string) int {
	for i, f := range h {
		if strings.EqualFold(f.Name, name) {
			return i
		}
	}
	return -1
}

// madeByCaddy reports whether the header is that of Caddy's own response. Go's
// server writes the fields that a handler set sorted by name, and behind them
// the Date and Content-Length that it adds itself: so these follow Server. Of a
// response that Caddy passes on they are copied, and stand before it.
func madeByCaddy(h exchange.Header) bool {
	server := place(h, "Server")
	for _, name := range []string{"Date", "Content-Length"} {
		if i := place(h, name); i >= 0 && i < server {
			return false
		}
	}
	return server >= 0
}

// bareGo reports whether Go's server wrote the response for a handler that gave
// a status and a text alone: it adds these three fields, in this order.
// Others that answer with the bare phrase of the status, e.g. Koa and Express,
// write Content-Type first, and what passes a gateway has its fields.
func bareGo(m *exchange.Message) bool {
	h := m.Header
	if n := len(h); n > 0 && strings.EqualFold(h[n-1].Name, "Connection") {
		h = h[:n-1]
	}
	return m.Proto != "HTTP/2.0" && len(h) == 3 && h[0].Name == "Date" && h[1].Name == "Content-Length" && h[2].Name == "Content-Type"
}

// nginxPhrases are phrases of nginx that no registry has. It passes on the
// status line of the server behind it unchanged, so it made a response with its
// phrase itself, whatever page it was given for it.
var nginxPhrases = map[int]string{
	http.StatusServiceUnavailable: "Service Temporarily Unavailable",
	http.StatusGatewayTimeout:     "Gateway Time-out",
}

func nginxPhrase(m *exchange.Message, _ string) *gatewayFault {
	if nginxPhrases[m.Status] == "" || m.Reason != nginxPhrases[m.Status] {
		return nil
	}
	server, _, _ := strings.Cut(m.Header.Get("Server"), "/")
	if server != "nginx" && server != "openresty" {
		return nil
	}
	g := &gatewayFault{
		Generator: server, Part: exchange.StatusLine, Proof: m.Reason, Confidence: exchange.Likely,
		Says: "its configuration sends this page (return, or error_page in place of another error)",
	}
	if m.Status == http.StatusGatewayTimeout {
		g.Fault, g.Says = faultTimeout, "the application behind it did not answer in time (proxy_read_timeout, 60 s unless set)"
	}
	return g
}

var nghttpxFooter = regexp.MustCompile(`^<!DOCTYPE html><html lang="en"><title>([45][0-9][0-9] [A-Za-z -]+)</title><body><h1>[^<]*</h1><footer>([^<]*)</footer></body></html>$`)

// nghttpxPage reads nghttpx's page by its form: the footer is its name, which
// can be set.
func nghttpxPage(m *exchange.Message, text string) *gatewayFault {
	if !strings.HasSuffix(text, "</footer></body></html>") {
		return nil
	}
	found := nghttpxFooter.FindStringSubmatch(text)
	if found == nil || found[2] != "nghttpx" && found[2] != m.Header.Get("Server") {
		return nil
	}
	g := &gatewayFault{Generator: "nghttpx", Proof: "<footer>" + clip(found[2], 40) + "</footer> in its page"}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, anyFault
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultBackends, "no server behind it is up"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, lateAnswer
	default:
		g.Says = "it refuses the request"
	}
	return g
}

// mitmproxyPage reads the errors of mitmproxy, which quotes what went wrong.
func mitmproxyPage(m *exchange.Message, text string) *gatewayFault {
	if !strings.HasPrefix(m.Header.Get("Server"), "mitmproxy") || !strings.Contains(text, "<title>") {
		return nil
	}
	_, quote, _ := strings.Cut(text, "<p>")
	quote, _, _ = strings.Cut(quote, "</p>")
	g := &gatewayFault{Generator: "mitmproxy", Proof: clip(quote, 80)}
	if m.Status != http.StatusBadGateway {
		return g
	}
	switch {
	case strings.HasPrefix(quote, "server closed connection"):
		g.Fault, g.Says = faultClosed, "the server behind it closed the connection without an answer"
	case strings.HasPrefix(quote, "unexpected server response"), strings.HasPrefix(quote, "Cannot parse HTTP response"):
		g.Fault, g.Says = faultBad, "the server behind it did not answer with valid HTTP"
	case strings.Contains(quote, "TLS"), strings.Contains(quote, "ertificate"):
		g.Fault, g.Says = faultTLS, "the TLS handshake with the server behind it failed"
	case strings.Contains(quote, "getaddrinfo"), strings.Contains(quote, "not known"), strings.Contains(quote, "No address associated"):
		g.Fault, g.Says = faultDNS, "it cannot resolve the name of the server"
	default:
		g.Fault, g.Says = faultRefused, "it could not connect to the server behind it, or got no answer from it"
	}
	return g
}
