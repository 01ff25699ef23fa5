package rules

import (
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var albTitle = regexp.MustCompile(`<center><h1>50[0-9] [A-Za-z -]+</h1></center>`)

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
	case m.Status == http.StatusInternalServerError && strings.HasPrefix(m.Header.Get("X-Amzn-Errortype"), "InternalServerError"):
		g.Fault, g.Says = faultBad, "its authorizer or integration failed, or is set up wrongly"
	case m.Status == http.StatusServiceUnavailable && strings.Contains(text, `"Service Unavailable"`):
		g.Fault, g.Says = faultTimeout, "the integration could not be reached, or did not answer within 30 s"
	case m.Status == http.StatusNotFound && strings.TrimSpace(text) == `{"message":"Not Found"}`:
		g.Fault, g.Says, g.Confidence = faultRoute, "no route of it matches the method and path", exchange.Likely
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
	g := &gatewayFault{Generator: "Vercel", Proof: "X-Vercel-Error: " + clip(code, 60), Part: exchange.ResponseHeader}
	for _, v := range vercelCodes {
		if strings.Contains(code, v.word) {
			g.Fault, g.Says = v.fault, v.says
			break
		}
	}
	return g
}

// vercelCodes tell the faults by a word of the code; the first counts.
var vercelCodes = []struct {
	word  string
	fault fault
	says  string
}{
	{"TIMEOUT", faultTimeout, "the function did not answer in time"},
	{"DEPLOYMENT_NOT_FOUND", faultRoute, "no deployment has this host name"},
	{"DEPLOYMENT_DELETED", faultRoute, "the deployment was deleted"},
	{"DEPLOYMENT_PAUSED", faultBackends, "the deployment is paused"},
	{"THROTTLED", faultOverload, "too many invocations of the function run at once"},
	{"DNS_HOSTNAME", faultDNS, "it cannot resolve the name of the server behind it"},
	{"HANDSHAKE", faultTLS, "the TLS handshake with the server behind it failed"},
	{"ROUTER_EXTERNAL_TARGET", faultRefused, "it could not reach the server that the rewrite names"},
	{"NO_RESPONSE", faultClosed, "the function ended without an answer"},
	{"BODY_NOT_A_STRING", faultBad, "the answer of the function has a wrong form"},
	{"FAILED", faultClosed, "the function crashed"},
}

func renderField(m *exchange.Message, _ string) *gatewayFault {
	code := m.Header.Get("X-Render-Routing")
	g := &gatewayFault{Generator: "Render", Part: exchange.ResponseHeader, Proof: "x-render-routing: " + clip(code, 40)}
	switch {
	case code == "no-server", code == "no-deploy", strings.HasPrefix(code, "hibernate"), strings.HasPrefix(code, "suspend"):
		g.Fault, g.Says = faultBackends, "the service is down, suspended or still starting; the path is not the problem"
	case strings.HasPrefix(code, "dynamic-") && strings.HasSuffix(code, "-error"):
		g.Fault, g.Says = faultRefused, "the service did not accept the request or closed the connection"
	default:
		return nil
	}
	return g
}

// railwayField reads the field of Railway's edge.
func railwayField(m *exchange.Message, text string) *gatewayFault {
	if m.Header.Get("X-Railway-Fallback") != "true" {
		return nil
	}
	g := &gatewayFault{Generator: "Railway", Part: exchange.ResponseHeader, Proof: "X-Railway-Fallback: true"}
	switch {
	case m.Status == http.StatusNotFound:
		g.Fault, g.Says = faultRoute, "no service has this host name, or it has no deployment"
	case strings.Contains(text, "failed to respond"):
		g.Fault, g.Says = faultRefused, "the application does not listen on the port that it was given, or it crashed"
	}
	return g
}

// netlifyText reads what Netlify says of its functions.
func netlifyText(m *exchange.Message, text string) *gatewayFault {
	if !m.Header.Has("X-Nf-Request-Id") {
		return nil
	}
	switch {
	case m.Status == http.StatusNotFound && strings.HasPrefix(text, "Not Found - Request ID: "):
		return &gatewayFault{Generator: "Netlify", Fault: faultRoute, Proof: clip(text, 60), Says: "no site has this host name, or it has no deployment"}
	case strings.HasPrefix(text, "error decoding lambda response"):
		return &gatewayFault{Generator: "Netlify", Fault: faultBad, Proof: clip(text, 60), Says: "the answer of the function has a wrong form"}
	case strings.Contains(text, "Task timed out after"):
		return &gatewayFault{Generator: "Netlify", Fault: faultTimeout, Proof: clip(text, 60), Says: "the function did not answer in time"}
	}
	return nil
}

func azurePage(m *exchange.Message, text string) *gatewayFault {
	const proof = "<center>Microsoft-Azure-Application-Gateway/v2</center>"
	if !strings.Contains(text, proof) {
		return nil
	}
	g := &gatewayFault{Generator: "Azure Application Gateway", Proof: proof}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultBackends, "no server of the backend pool is healthy, or it did not answer with valid HTTP"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the server behind it did not answer in time"
	}
	return g
}

// googlePage reads the pages of Google's load balancer, which are also those
// of Cloud Run.
func googlePage(m *exchange.Message, text string) *gatewayFault {
	const proof = "<h1>Error: Server Error</h1>"
	if !strings.Contains(text, proof) || !strings.Contains(text, "The server encountered a temporary error and could not complete your request") {
		return nil
	}
	g := &gatewayFault{Generator: "Google load balancer", Proof: proof, Confidence: exchange.Likely}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultClosed, "the backend closed the connection or could not be reached"
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultBackends, "no backend is healthy"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "the backend did not answer in time"
	}
	return g
}
