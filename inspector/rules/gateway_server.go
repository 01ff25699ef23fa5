package rules

import (
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var (
	nginxSignature = regexp.MustCompile(`<hr><center>(nginx|openresty|tengine)(/[0-9][0-9A-Za-z.]*)?</center>`)
	apacheReason   = regexp.MustCompile(`Reason: <strong>([^<]*)</strong>`)
	envoyReset     = regexp.MustCompile(`reset reason: ([a-z ]+)`)
)

const anyFault = "the application behind it refused the connection, closed it early or did not answer with valid HTTP"

func nginxPage(m *exchange.Message, text string) *gatewayFault {
	found := nginxSignature.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	g := &gatewayFault{Generator: found[1], Proof: found[0]}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, anyFault
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the application behind it did not answer in time (proxy_read_timeout, 60 s unless set)"
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultOverload, "a limit of it was reached (limit_req, limit_conn), or it has no server for this request, as Kubernetes' ingress says it"
	}
	return g
}

func haproxyPage(_ *exchange.Message, text string) *gatewayFault {
	for _, p := range []gatewayFault{
		{Proof: "The server returned an invalid or incomplete response.", Fault: faultBad, Says: "the server behind it closed the connection early or answered with invalid HTTP"},
		{Proof: "No server is available to handle this request.", Fault: faultBackends, Says: "no server behind it is up: all refused the connection or failed their health check"},
		{Proof: "The server didn't respond in time.", Fault: faultTimeout, Says: "the server behind it did not answer in time (timeout server)"},
		{Proof: "You have sent too many requests in a given amount of time.", Says: "its own rate limit was reached"},
		{Proof: "Request forbidden by administrative rules.", Says: "a rule of it denies the request"},
		{Proof: "Your browser sent an invalid request.", Says: "it could not parse the request"},
	} {
		if strings.HasPrefix(text, "<html><body><h1>") && strings.Contains(text, p.Proof) {
			p.Generator = "HAProxy"
			return &p
		}
	}
	return nil
}

func apachePage(m *exchange.Message, text string) *gatewayFault {
	// Others begin with the same line, e.g. Privoxy, but none goes on like this.
	if !strings.HasPrefix(text, "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"") && !strings.HasPrefix(text, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"") ||
		!strings.Contains(text[:min(len(text), 200)], "<html><head>\n<title>") {
		return nil
	}
	g := &gatewayFault{Generator: "Apache"}
	if found := apacheReason.FindStringSubmatch(text); found != nil {
		g.Proof = found[0]
		reason := found[1]
		switch {
		case strings.HasPrefix(reason, "DNS lookup failure"):
			g.Fault, g.Says = faultDNS, "it cannot resolve the name of the server behind it"
		case strings.Contains(reason, "SSL Handshake"):
			g.Fault, g.Says = faultTLS, "the TLS handshake with the server behind it failed"
		default:
			g.Fault, g.Says = faultClosed, "the server behind it closed the connection without an answer, or did not answer in time"
		}
		return g
	}
	switch {
	case m.Status == http.StatusBadGateway && strings.Contains(text, "received an invalid\nresponse from an upstream server"):
		g.Fault, g.Says, g.Proof = faultBad, "the server behind it answered with invalid HTTP or too large a header, or broke off or hung in the header", "The proxy server received an invalid response from an upstream server."
	case m.Status == http.StatusServiceUnavailable && strings.Contains(text, "The server is temporarily unable to service your"):
		g.Fault, g.Says, g.Proof = faultRefused, "the server behind it refused the connection, or no worker was free", "The server is temporarily unable to service your request"
	case m.Status == http.StatusGatewayTimeout && strings.Contains(text, "The gateway did not receive a timely response"):
		g.Fault, g.Says, g.Proof = faultTimeout, "the server behind it did not answer in time (ProxyTimeout)", "The gateway did not receive a timely response"
	default:
		g.Proof = "Apache's error page"
	}
	return g
}

func varnishPage(m *exchange.Message, text string) *gatewayFault {
	if !strings.Contains(text, "<h3>Guru Meditation:</h3>") || !strings.Contains(text, "XID: ") {
		return nil
	}
	g := &gatewayFault{Generator: "Varnish", Proof: "<h3>Guru Meditation:</h3>"}
	if m.Status == http.StatusServiceUnavailable && strings.Contains(text, "Backend fetch failed") {
		g.Proof = "Error 503 Backend fetch failed, Guru Meditation"
		g.Fault = faultRefused
		g.Says = "the server behind it refused the connection, closed it early, did not answer in time or not with valid HTTP"
	}
	return g
}

// caddyEmpty is the weakest of the fingerprints: an application's own empty
// answer behind Caddy looks the same.
func caddyEmpty(m *exchange.Message, _ string) *gatewayFault {
	if m.Header.Get("Server") != "Caddy" || m.Body.State != exchange.NoBody || m.Header.Has("Content-Type") {
		return nil
	}
	g := &gatewayFault{Generator: "Caddy", Proof: "Server: Caddy with an empty body", Confidence: exchange.Likely, Part: exchange.ResponseHeader}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, anyFault
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultBackends, "no upstream is available"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the application behind it did not answer in time"
	default:
		return nil
	}
	return g
}

func envoyText(_ *exchange.Message, text string) *gatewayFault {
	g := &gatewayFault{Generator: "Envoy"}
	switch {
	case strings.HasPrefix(text, "upstream connect error or disconnect/reset before headers"):
		g.Proof = clip(text, 100)
		reason := ""
		if found := envoyReset.FindStringSubmatch(text); found != nil {
			reason = strings.TrimSpace(found[1])
		}
		switch {
		case strings.Contains(text, "TLS") || strings.Contains(text, "CERTIFICATE"):
			g.Fault, g.Says = faultTLS, "the TLS handshake with the upstream failed"
		case strings.Contains(reason, "timeout"):
			g.Fault, g.Says = faultTimeout, "the connection to the upstream timed out"
		case strings.Contains(reason, "connection failure"):
			g.Fault, g.Says = faultRefused, "the connection to the upstream failed"
		case strings.Contains(reason, "overflow"):
			g.Fault, g.Says = faultOverload, "its circuit breaker is open"
		case strings.Contains(reason, "protocol error"):
			g.Fault, g.Says = faultBad, "the upstream speaks another protocol, e.g. HTTP/1.1 where HTTP/2 is expected"
		default:
			g.Fault, g.Says = faultClosed, "the upstream closed the connection before it answered"
		}
	case text == "no healthy upstream":
		g.Fault, g.Says, g.Proof = faultBackends, "no upstream is healthy", text
	case text == "upstream request timeout":
		g.Fault, g.Says, g.Proof = faultTimeout, "the upstream did not answer in time (15 s unless set)", text
	default:
		return nil
	}
	return g
}

func traefikText(m *exchange.Message, text string) *gatewayFault {
	g := &gatewayFault{Generator: "Traefik", Proof: text, Confidence: exchange.Possible}
	switch {
	case m.Status == http.StatusServiceUnavailable && strings.TrimSpace(text) == "no available server":
		g.Fault, g.Says, g.Confidence = faultBackends, "no server behind it is healthy", exchange.Certain
	case m.Status == http.StatusBadGateway && text == "Bad Gateway":
		g.Fault, g.Says = faultRefused, anyFault
	case m.Status == http.StatusGatewayTimeout && text == "Gateway Timeout":
		g.Fault, g.Says = faultTimeout, "the server behind it did not answer in time"
	default:
		return nil
	}
	return g
}

func kubernetesText(_ *exchange.Message, text string) *gatewayFault {
	if strings.TrimSpace(text) != "default backend - 404" {
		return nil
	}
	return &gatewayFault{Generator: "Kubernetes Ingress", Fault: faultRoute, Proof: "default backend - 404", Says: "no Ingress rule matches this host and path"}
}

// squidPage reads the field that Squid adds to its own error pages.
func squidPage(m *exchange.Message, _ string) *gatewayFault {
	code := m.Header.Get("X-Squid-Error")
	if code == "" {
		return nil
	}
	g := &gatewayFault{Generator: "Squid", Proof: "X-Squid-Error: " + clip(code, 60), Part: exchange.ResponseHeader}
	name, errno, _ := strings.Cut(code, " ")
	if name == "ERR_READ_ERROR" && errno == "0" {
		// Squid 5 says so of a peer that refuses the connection, too.
		g.Fault, g.Says = faultRefused, anyFault
		return g
	}
	switch name {
	case "ERR_CONNECT_FAIL", "ERR_CANNOT_FORWARD":
		g.Fault, g.Says = faultRefused, "it could not connect to the server behind it"
	case "ERR_DNS_FAIL":
		g.Fault, g.Says = faultDNS, "it cannot resolve the name of the server"
	case "ERR_READ_TIMEOUT", "ERR_GATEWAY_FAILURE":
		g.Fault, g.Says = faultTimeout, "the server behind it did not answer in time"
	case "ERR_ZERO_SIZE_OBJECT", "ERR_READ_ERROR", "ERR_WRITE_ERROR":
		g.Fault, g.Says = faultClosed, "the server behind it closed the connection without an answer"
	case "ERR_INVALID_RESP", "ERR_TOO_BIG":
		g.Fault, g.Says = faultBad, "the server behind it answered with invalid HTTP or too large a header"
	case "ERR_SECURE_CONNECT_FAIL":
		g.Fault, g.Says = faultTLS, "the TLS handshake with the server behind it failed"
	}
	return g
}
