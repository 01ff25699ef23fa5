package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

// gatewayFault says which gateway made a response itself, and why.
type gatewayFault struct {
	// Generator is the gateway that made the response.
	Generator string
	// Fault is what went wrong behind it, "" if the response tells nothing of
	// the kind, e.g. nginx's own page for 404.
	Fault fault
	// Says words the fault; Proof is the part of the response that shows it.
	Says, Proof string
	Part        exchange.Part
	Confidence  exchange.Confidence
}

// fault is the part of a rule's ID behind "gateway-".
type fault string

const (
	faultRefused  fault = "upstream-refused"
	faultTimeout  fault = "upstream-timeout"
	faultClosed   fault = "upstream-closed-early"
	faultBad      fault = "bad-upstream-response"
	faultBackends fault = "no-healthy-backend"
	faultDNS      fault = "dns-failure"
	faultTLS      fault = "tls-to-origin"
	faultRoute    fault = "no-route"
	faultOverload fault = "overload"
)

// Gateway tells who made the response, from its content or a field that
// nothing else sets: Server and Via only say what it passed through. It is nil
// for the answers of applications.
func (c *Case) Gateway() *gatewayFault {
	return c.gateway.get(func() *gatewayFault {
		if !received(c.X) || c.X.Response.Status < 400 {
			return nil
		}
		text := c.Text()
		for _, identify := range fingerprints {
			if g := identify(c.X.Response, text); g != nil {
				if g.Confidence == "" {
					g.Confidence = exchange.Certain
				}
				if g.Part == "" {
					g.Part = exchange.ResponseBody
				}
				return g
			}
		}
		return nil
	})
}

// fingerprints identify one generator each. The order matters where one
// imitates another: the load balancer of AWS writes nginx's page without its
// last line.
var fingerprints = []func(m *exchange.Message, text string) *gatewayFault{
	cloudflarePage, nginxPage, albPage, haproxyPage, apachePage, fastlyPage, varnishPage, envoyText,
	cloudfrontPage, apiGatewayJSON, herokuPage, vercelField, renderField, traefikText, kubernetesText, caddyEmpty,
}

var (
	nginxSignature  = regexp.MustCompile(`<hr><center>(nginx|openresty|tengine)(/[0-9][0-9A-Za-z.]*)?</center>`)
	albTitle        = regexp.MustCompile(`<center><h1>50[0-9] [A-Za-z -]+</h1></center>`)
	apacheReason    = regexp.MustCompile(`Reason: <strong>([^<]*)</strong>`)
	cloudflareError = regexp.MustCompile(`error code: (1[0-9]{3}|5[0-9]{2})`)
	envoyReset      = regexp.MustCompile(`reset reason: ([a-z ]+)`)
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
		g.Fault, g.Says = faultOverload, "a limit of it was reached (limit_req, limit_conn), or it holds all servers behind it for dead"
	}
	return g
}

func albPage(m *exchange.Message, text string) *gatewayFault {
	if !albTitle.MatchString(text) || !strings.HasPrefix(m.Header.Get("Server"), "awselb/") {
		return nil
	}
	g := &gatewayFault{Generator: "AWS load balancer", Proof: albTitle.FindString(text)}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultClosed, "the target closed the connection or answered with invalid HTTP"
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultBackends, "the target group has no healthy target"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the target did not accept the connection within 10 s or did not answer before the idle timeout"
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
	if !strings.HasPrefix(text, "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"") && !strings.HasPrefix(text, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"") {
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
		g.Fault, g.Says, g.Proof = faultBad, "the server behind it answered with invalid HTTP or too large a header", "The proxy server received an invalid response from an upstream server."
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

func fastlyPage(_ *exchange.Message, text string) *gatewayFault {
	if strings.HasPrefix(text, "Fastly error: unknown domain") {
		return &gatewayFault{Generator: "Fastly", Fault: faultRoute, Proof: "Fastly error: unknown domain", Says: "no service is set up for this host name"}
	}
	if !strings.Contains(text, "Guru Mediation:") {
		return nil
	}
	g := &gatewayFault{Generator: "Fastly", Proof: "Guru Mediation:"}
	switch {
	case strings.Contains(text, "timeout"):
		g.Fault, g.Says = faultTimeout, "the origin did not answer in time"
	case strings.Contains(text, "unhealthy"):
		g.Fault, g.Says = faultBackends, "the origin fails its health check"
	default:
		g.Fault, g.Says = faultClosed, "reading from the origin failed"
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

func cloudflarePage(m *exchange.Message, text string) *gatewayFault {
	if !m.Header.Has("CF-RAY") {
		return nil
	}
	g := &gatewayFault{Generator: "Cloudflare"}
	switch {
	case strings.Contains(text, "<hr><center>cloudflare"):
		g.Proof = "<hr><center>cloudflare"
	case strings.Contains(text, "cf-error-details"):
		g.Proof = "cf-error-details"
	case cloudflareError.MatchString(text):
		g.Proof = cloudflareError.FindString(text)
	default:
		return nil
	}
	switch m.Status {
	case 520:
		g.Fault, g.Says = faultBad, "the origin closed the connection or answered with invalid HTTP or too large a header"
	case 521:
		g.Fault, g.Says = faultRefused, "the origin refused the connection"
	case 522, 524, http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the origin did not answer in time"
	case 523:
		g.Fault, g.Says = faultRefused, "the origin cannot be reached"
	case 525, 526:
		g.Fault, g.Says = faultTLS, "the TLS handshake with the origin failed, or its certificate is not valid"
	case 530:
		g.Fault, g.Says = faultDNS, "the origin's name cannot be resolved, or its tunnel is down"
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, "the origin could not be reached or answered badly"
	}
	return g
}

func cloudfrontPage(m *exchange.Message, text string) *gatewayFault {
	const proof = "Generated by cloudfront (CloudFront)"
	if !strings.Contains(text, proof) {
		return nil
	}
	g := &gatewayFault{Generator: "CloudFront", Proof: proof}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultTLS, "it cannot reach the origin: a TLS or DNS fault"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the origin did not answer in time"
	}
	return g
}

func apiGatewayJSON(m *exchange.Message, text string) *gatewayFault {
	if !m.Header.Has("x-amz-apigw-id") && !m.Header.Has("apigw-requestid") {
		return nil
	}
	g := &gatewayFault{Generator: "AWS API Gateway", Proof: clip(text, 80)}
	switch {
	case m.Status == http.StatusBadGateway && strings.Contains(text, "Internal server error"):
		g.Fault, g.Says = faultBad, "the Lambda function failed or its answer has a wrong form"
	case m.Status == http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the integration did not answer within 29 s"
	default:
		return nil
	}
	return g
}

func herokuPage(m *exchange.Message, text string) *gatewayFault {
	switch {
	case strings.Contains(text, "herokucdn.com/error-pages/no-such-app.html"):
		return &gatewayFault{Generator: "Heroku", Fault: faultRoute, Proof: "error-pages/no-such-app.html", Says: "no app has this host name"}
	case strings.Contains(text, "herokucdn.com/error-pages/application-error.html"):
		return &gatewayFault{Generator: "Heroku", Fault: faultClosed, Proof: "error-pages/application-error.html", Says: "the dyno crashed, is not running or did not answer within 30 s; the log has its H code"}
	}
	return nil
}

func vercelField(m *exchange.Message, _ string) *gatewayFault {
	code := m.Header.Get("X-Vercel-Error")
	if code == "" {
		return nil
	}
	g := &gatewayFault{Generator: "Vercel", Proof: "X-Vercel-Error: " + code, Part: exchange.ResponseHeader}
	switch {
	case strings.Contains(code, "TIMEOUT"):
		g.Fault, g.Says = faultTimeout, "the function did not answer in time"
	case strings.Contains(code, "DEPLOYMENT_NOT_FOUND"):
		g.Fault, g.Says = faultRoute, "no deployment has this host name"
	case strings.Contains(code, "FAILED"):
		g.Fault, g.Says = faultClosed, "the function crashed"
	}
	return g
}

func renderField(m *exchange.Message, _ string) *gatewayFault {
	code := m.Header.Get("X-Render-Routing")
	if code != "no-server" {
		return nil
	}
	return &gatewayFault{
		Generator: "Render", Fault: faultBackends, Part: exchange.ResponseHeader, Proof: "x-render-routing: " + code,
		Says: "the service is down, suspended or still starting; the path is not the problem",
	}
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

// gatewayCheck is the Check of the rules about gateways.
func gatewayCheck(fault fault) func(c *Case) *Finding {
	return func(c *Case) *Finding {
		g := c.Gateway()
		if g == nil || g.Fault != fault {
			return nil
		}
		f := &Finding{
			Confidence: g.Confidence,
			Verdict:    fmt.Sprintf("%s made this %d itself: %s.", g.Generator, c.X.Response.Status, g.Says),
			Short:      clip(g.Generator+": "+gatewayShort[fault], 28),
			Evidence: []exchange.Evidence{
				c.statusLine(""),
				{Exchange: c.X.ID, Part: g.Part, Name: "made by " + g.Generator, Value: g.Proof},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Not the client's fault. Repeat it once the server side is repaired:", Copy: c.curl()},
				Server: exchange.Advice{Text: gatewayAdvice[fault], Copy: gatewayCommand(g)},
			},
		}
		if d := c.X.Timing.Last(); d > 0 {
			note := ""
			if d.Seconds() < 1 && fault != faultTimeout {
				note = "so no timeout"
			}
			f.Evidence = append(f.Evidence, c.took(note))
		}
		return f
	}
}

var gatewayShort = map[fault]string{
	faultRefused: "no answer behind", faultTimeout: "upstream too slow", faultClosed: "upstream closed",
	faultBad: "bad upstream answer", faultBackends: "no healthy backend", faultDNS: "upstream unknown",
	faultTLS: "TLS to origin fails", faultRoute: "no route", faultOverload: "overload",
}

var gatewayAdvice = map[fault]string{
	faultRefused:  "See whether the application runs, on the port that the gateway uses:",
	faultTimeout:  "See what the application waits for, and compare the gateway's timeout with it:",
	faultClosed:   "See whether the application crashed or closed an idle connection:",
	faultBad:      "See whether the gateway uses the right protocol and port, and what the application answers:",
	faultBackends: "See which backends the gateway holds for healthy:",
	faultDNS:      "See whether the gateway's machine can resolve the name:",
	faultTLS:      "See the certificate and protocol of the server behind the gateway:",
	faultRoute:    "See which hosts and paths the gateway has rules for:",
	faultOverload: "See which limit was reached:",
}

// gatewayCommand is where to look on the server side.
func gatewayCommand(g *gatewayFault) string {
	switch g.Generator {
	case "nginx", "openresty", "tengine":
		if g.Fault == faultOverload {
			return "grep -rE 'limit_req|limit_conn' /etc/nginx/ ; tail -1 /var/log/nginx/error.log"
		}
		return "tail -1 /var/log/nginx/error.log ; nginx -T | grep -E 'proxy_pass|upstream' ; ss -ltnp"
	case "HAProxy":
		return "echo 'show stat' | socat stdio /run/haproxy/admin.sock | cut -d, -f1,2,18,37"
	case "Apache":
		return "tail -1 /var/log/apache2/error.log ; grep -r ProxyPass /etc/apache2/ ; ss -ltnp"
	case "Varnish":
		return "varnishadm backend.list ; varnishlog -g request -q 'RespStatus == 503'"
	case "Caddy":
		return "journalctl -u caddy -n 5 ; ss -ltnp"
	case "Envoy", "Kubernetes Ingress", "Traefik":
		return "kubectl get endpoints,ingress -A ; kubectl logs deploy/APP --tail=20"
	case "AWS load balancer":
		return "aws elbv2 describe-target-health --target-group-arn ARN"
	case "AWS API Gateway":
		return "aws logs tail /aws/lambda/FUNCTION --since 10m"
	case "Heroku":
		return "heroku logs --tail"
	case "Vercel":
		return "vercel logs"
	default:
		return "curl -i http://ORIGIN/   # from the gateway's machine"
	}
}

// serverError selects received responses that a gateway may have made.
var serverError = statusFrom(500, 599)

// gatewayExplain is the mechanism that all gateway rules share.
const gatewayExplain = "A gateway passes an application's own errors on unchanged. This page is the gateway's own, so the application's answer never came."

const rfcGateway = "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway"
