package rules

import (
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

// flyEmpty is an error of Fly.io's proxy: it has no content, and what an
// application answers mostly has. Both carry the proxy's fields.
func flyEmpty(m *exchange.Message, _ string) *gatewayFault {
	if !m.Header.Has("Fly-Request-Id") || !strings.HasPrefix(m.Header.Get("Server"), "Fly/") || !m.Body.Whole() || m.Body.Size > 0 {
		return nil
	}
	g := &gatewayFault{Generator: "Fly.io", Part: exchange.ResponseHeader, Proof: "Fly-Request-Id, and no content", Confidence: exchange.Likely}
	switch m.Status {
	case http.StatusBadGateway:
		g.Fault, g.Says = faultRefused, "no machine took the connection, or it ended it; does the application listen on 0.0.0.0 and the internal_port?"
	case http.StatusServiceUnavailable:
		g.Fault, g.Says = faultBackends, "no machine is running and healthy, or all have reached their limit of requests"
	case http.StatusGatewayTimeout:
		g.Fault, g.Says = faultTimeout, "no machine answered in time"
	default:
		return nil
	}
	return g
}

// apiManagementJSON is an error that Azure API Management makes itself: an
// object with statusCode and message alone.
func apiManagementJSON(m *exchange.Message, text string) *gatewayFault {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") || !strings.Contains(text, `"statusCode"`) || len(text) > 400 {
		return nil
	}
	g := &gatewayFault{Generator: "Azure API Management", Proof: clip(text, 80)}
	for _, k := range []struct {
		status int
		text   string
		fault  fault
		says   string
	}{
		{http.StatusNotFound, `"Resource not found"`, faultRoute, "no API of it has an operation for this method and path"},
		{http.StatusUnauthorized, "Access denied due to missing subscription key", "", "the subscription key is missing"},
		{http.StatusUnauthorized, "Access denied due to invalid subscription key", "", "the subscription key is not valid"},
		{http.StatusTooManyRequests, "Rate limit is exceeded. Try again in", "", "its rate limit was reached"},
		{http.StatusForbidden, "Out of call volume quota", "", "its quota is used up"},
		{http.StatusInternalServerError, `"activityId"`, faultRefused, "the backend could not be reached, or a policy failed; see its trace by the activityId"},
	} {
		if m.Status == k.status && strings.Contains(text, k.text) {
			g.Fault, g.Says = k.fault, k.says
			return g
		}
	}
	return nil
}
