package rules

import (
	"strings"

	"httpwhy/inspector/endpoint"
	"httpwhy/inspector/exchange"
)

// BurstSize is the number of requests to one endpoint within two seconds from
// which they are taken for a burst.
const BurstSize = 10

// API reports whether x looks like a call of an API rather than the load of a
// web page: JSON on either side, or a path or host that says so. What a browser
// loads for a page is none, nor is a preflight.
func API(x *exchange.Exchange) bool {
	h := x.Request.Header
	if dest := h.Get("Sec-Fetch-Dest"); dest != "" && dest != "empty" || preflightRequest(x) || x.Request.Method == "" {
		return false
	}
	answer := ""
	if received(x) {
		answer = x.Response.MediaType()
	}
	if isJSON(answer) || isJSON(x.Request.MediaType()) || strings.Contains(h.Get("Accept"), "json") {
		return true
	}
	if strings.Contains(answer, "html") {
		return false
	}
	host, template := endpoint.Of(x.URL)
	if strings.HasPrefix(host, "api.") || strings.Contains(host, "-api.") {
		return true
	}
	return strings.Contains(template, "/api/") || len(template) > 3 && template[1] == 'v' && template[2] >= '0' && template[2] <= '9'
}

// apiLike selects received responses of what is an API.
func apiLike(x *exchange.Exchange) bool { return received(x) && API(x) }

// apiStatus selects exchanges with an API whose response has one of these codes.
func apiStatus(codes ...int) When {
	hasStatus := status(codes...)
	return when(hasStatus.needs, func(x *exchange.Exchange) bool { return hasStatus.holds(x) && apiLike(x) })
}

// jsonAnswer selects received responses labelled as JSON with a status from low
// to high.
func jsonAnswer(low, high int) When {
	inRange := statusFrom(low, high)
	return when(inRange.needs|answersJSON, func(x *exchange.Exchange) bool {
		return inRange.holds(x) && isJSON(x.Response.MediaType()) && len(x.Response.Body.Data) > 0
	})
}

// maxErrorContent is the size up to which content is taken for the report of an
// error: longer ones are data with a status of failure.
const maxErrorContent = 16 << 10

// ErrorForm is the form in which an API reports the error that x is, and what
// it says; see package endpoint. Both are "" where x is no error of an API, or
// its content is not JSON or not known whole.
func ErrorForm(x *exchange.Exchange) (form, says string) {
	if !received(x) || x.Response.Status < 400 || !isJSON(x.Response.MediaType()) || x.Response.Body.Size > maxErrorContent {
		return "", ""
	}
	c := &Case{X: x}
	if c.Gateway() != nil {
		return "", ""
	}
	v := c.JSON()
	return endpoint.Form(v), endpoint.Says(v)
}

// endpointOf is the method and the path template of the exchange.
func (c *Case) endpointOf() string {
	_, template := endpoint.Of(c.X.URL)
	return c.X.Request.Method + " " + clip(template, 60)
}

// sequence is the evidence of another exchange.
func sequence(x *exchange.Exchange, name, value, note string) exchange.Evidence {
	return exchange.Evidence{Exchange: x.ID, Part: exchange.SequencePart, Name: name, Value: value, Note: note}
}

// readsOnly reports whether the POST, as far as can be seen, only asks: a
// query, a search, or a call whose protocol has its own way to repeat.
func (c *Case) readsOnly() bool {
	if strings.HasPrefix(c.X.Request.MediaType(), "application/grpc") {
		return true
	}
	for _, segment := range strings.Split(strings.ToLower(c.Path()), "/") {
		for _, word := range readingWords {
			if strings.HasPrefix(segment, word) {
				return true
			}
		}
	}
	sent := c.sentJSON()
	return text(sent, "query") != "" || text(sent, "jsonrpc") != ""
}

// readingWords begin the path segments of POSTs that are repeated on purpose:
// questions, logins, batches and what programs report about themselves.
var readingWords = []string{
	"graphql", "search", "_search", "query", "_bulk", "rpc", "token", "login", "batch", "collect", "event", "log", "metric",
	"track", "beacon", "telemetry", "analytics", "completions", "embeddings", "heartbeat", "ping", "refresh", "poll",
}
