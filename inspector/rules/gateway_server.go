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

// anyFault words a 502 that tells no more: an unknown name and a failed TLS
// handshake behind the gateway look the same.
const anyFault = "the application behind it could not be reached, closed the connection early or did not answer with valid HTTP"

func nginxPage(m *exchange.Message, text string) *gatewayFault {
	g := &gatewayFault{}
	if found := nginxSignature.FindStringSubmatch(text); found != nil {
		g.Generator, g.Proof = found[1], found[0]
	} else if strings.Contains(text, nginxFaithfully) {
		// Its 50x.html, which error_page may also set in place of the
		// application's errors.
		g.Generator, g.Proof, g.Confidence = "nginx", nginxFaithfully, exchange.Likely
	} else {
		return nil
	}
	switch m.Status {
	case http.StatusInternalServerError:
		g.Says = "what its configuration asks for failed: a subrequest (auth_request), a rewrite or try_files that leads in circles, a file that it cannot read"
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, anyFault
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the application behind it did not answer in time (proxy_read_timeout, 60 s unless set)"
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultOverload, "a limit of it was reached (limit_req, limit_conn), or it has no server for this request, as Kubernetes' ingress says it"
	}
	return g
}

const nginxFaithfully = "<p><em>Faithfully yours, nginx.</em></p>"

// haproxyPage reads HAProxy's pages. A rule of its configuration (deny_status)
// may send each of them, too.
func haproxyPage(_ *exchange.Message, text string) *gatewayFault {
	for _, p := range []gatewayFault{
		{Proof: "The server returned an invalid or incomplete response.", Fault: faultBad, Says: "the server behind it closed the connection early or answered with invalid HTTP"},
		{Proof: "No server is available to handle this request.", Fault: faultBackends, Says: "no server behind it took the request: all are down, refuse the connection or are busy, or a rule of it says so"},
		{Proof: "The server didn't respond in time.", Fault: faultTimeout, Says: "the server behind it did not answer in time (timeout server)"},
		{Proof: "You have sent too many requests in a given amount of time.", Says: "its own rate limit was reached"},
		{Proof: "Request forbidden by administrative rules.", Says: "a rule of it denies the request"},
		{Proof: "Your browser sent an invalid request.", Says: "it could not parse the request"},
		{Proof: "Your browser didn't send a complete request in time.", Says: "the request did not come to its end in time (timeout http-request)"},
		{Proof: "You need a valid user and password to access this content.", Says: "a rule of it asks for credentials"},
		{Proof: "An internal server error occurred.", Says: "a rule of it (tarpit, deny) or a fault of its own"},
		{Proof: "The server does not support the functionality required to fulfill the request.", Says: "a rule of it denies the request, or it does not know what is asked"},
		{Proof: "The resource could not be found.", Says: "a rule of it denies the request"},
		{Proof: "The resource is no longer available and will not be available again.", Says: "a rule of it denies the request"},
		{Proof: "The request entity exceeds the maximum allowed.", Says: "a rule of it denies the request"},
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
			g.Fault, g.Says = faultClosed, "the server behind it closed the connection without an answer, did not answer in time or not with valid HTTP"
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
	g := &gatewayFault{Generator: "Varnish"}
	switch {
	case strings.Contains(text, "<h3>Guru Meditation:</h3>") && strings.Contains(text, "XID: "):
		g.Proof = "<h3>Guru Meditation:</h3>"
	case m.Header.Get("Server") == "Varnish" && m.Header.Has("X-Varnish"):
		// It names itself so only in what it makes; the content may be the VCL's.
		g.Proof, g.Part = "Server: Varnish", exchange.ResponseHeader
	default:
		return nil
	}
	switch {
	case m.Status == http.StatusServiceUnavailable && (strings.Contains(text, "Backend fetch failed") || m.Reason == "Backend fetch failed"):
		g.Proof = "503 Backend fetch failed; " + g.Proof
		g.Fault = faultRefused
		g.Says = "the server behind it could not be reached, closed the connection early, did not answer in time or not with valid HTTP"
	case m.Status == http.StatusServiceUnavailable && m.Reason == "VCL failed":
		g.Says = "its configuration (VCL) failed"
	case m.Status >= 500:
		g.Says = "its configuration (VCL) ends the request so: synth, error, fail or too many restarts"
	}
	return g
}

// caddyEmpty is told from an application's own empty answer behind Caddy by the
// order of the fields alone.
func caddyEmpty(m *exchange.Message, _ string) *gatewayFault {
	if m.Header.Get("Server") != "Caddy" || m.Body.State != exchange.NoBody || m.Header.Has("Content-Type") || !madeByCaddy(m.Header) {
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

// traefikText reads the words of Traefik. Koa and Express say them, too, but not
// with the fields that Go's server adds.
func traefikText(m *exchange.Message, text string) *gatewayFault {
	g := &gatewayFault{Generator: "Traefik", Proof: text, Confidence: exchange.Likely}
	switch {
	case m.Status == http.StatusServiceUnavailable && strings.TrimSpace(text) == "no available server":
		g.Fault, g.Says, g.Confidence = faultBackends, "no server behind it is healthy", exchange.Certain
	case m.Status == http.StatusBadGateway && text == "Bad Gateway" && bareGo(m):
		g.Fault, g.Says = faultRefused, anyFault
	case m.Status == http.StatusGatewayTimeout && text == "Gateway Timeout" && bareGo(m):
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
	if f, ok := squidErrors[name]; ok {
		g.Fault, g.Says = f.fault, f.says
	}
	return g
}

// squidErrors are the names of Squid's pages. Those without a fault are its
// refusals.
var squidErrors = map[string]struct {
	fault fault
	says  string
}{
	"ERR_CONNECT_FAIL":        {faultRefused, "it could not connect to the server behind it"},
	"ERR_CANNOT_FORWARD":      {faultRefused, "it could not connect to the server behind it, or no peer may take the request"},
	"ERR_DNS_FAIL":            {faultDNS, "it cannot resolve the name of the server"},
	"ERR_READ_TIMEOUT":        {faultTimeout, lateAnswer},
	"ERR_GATEWAY_FAILURE":     {faultTimeout, lateAnswer},
	"ERR_LIFETIME_EXP":        {faultTimeout, "the request took longer than it may (request_lifetime)"},
	"ERR_ZERO_SIZE_OBJECT":    {faultClosed, "the server behind it closed the connection without an answer"},
	"ERR_READ_ERROR":          {faultClosed, "the server behind it closed the connection without an answer"},
	"ERR_WRITE_ERROR":         {faultClosed, "the server behind it closed the connection without an answer"},
	"ERR_INVALID_RESP":        {faultBad, "the server behind it answered with invalid HTTP or too large a header"},
	"ERR_TOO_BIG":             {faultBad, "the server behind it answered with too large a header, or more than may pass"},
	"ERR_SECURE_CONNECT_FAIL": {faultTLS, "the TLS handshake with the server behind it failed"},
	"ERR_SOCKET_FAILURE":      {faultOverload, "it has no socket left"},
	"ERR_SHUTTING_DOWN":       {"", "it is being shut down"},
	"ERR_ICAP_FAILURE":        {"", "its content filter (ICAP) failed"},
	"ERR_ONLY_IF_CACHED_MISS": {"", "the request wants a stored response alone (Cache-Control: only-if-cached), and none is stored"},
	"ERR_ACCESS_DENIED":       {"", "a rule of it (http_access) denies the request"},
	"ERR_FORWARDING_DENIED":   {"", "a rule of it denies the request"},
	"ERR_UNSUP_REQ":           {"", "it does not know this method or scheme"},
}
