package rules

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "grpc-status", Title: "A gRPC call failed", Family: Provider, Severity: exchange.SeverityWarning,
	Explain: "gRPC answers with HTTP status 200 and says in grpc-status how the call went: in the trailers, in the header section if there is no message, " +
		"and with gRPC-Web in the last frame of the content.",
	FixClient: "Handle the code that grpc-status names.",
	FixServer: "Look the call up in the server's log.",
	Spec:      "https://grpc.io/docs/guides/status-codes/",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && (strings.HasPrefix(x.Response.MediaType(), "application/grpc") || x.Response.Header.Has("Grpc-Status"))
	}),
	Check: func(c *Case) *Finding {
		h, part := grpcTrailer(c)
		value := h.Get("Grpc-Status")
		name, known := content.GRPCStatus(value)
		if value == "" || value == "0" || !known {
			return nil
		}
		message := h.Get("Grpc-Message")
		if decoded, err := url.PathUnescape(message); err == nil {
			message = decoded
		}
		e := providerError{
			By: "gRPC", Code: name, Message: message, Part: part, Name: "grpc-status", Hint: grpcHints[name],
			Expected: name == "CANCELLED",
		}
		f := c.providerFinding(e)
		f.Verdict = strings.Replace(f.Verdict, "gRPC says ", fmt.Sprintf("The gRPC call %s failed with ", clip(c.Path(), 60)), 1)
		f.Evidence[1].Value = value + " " + name
		f.Short = clip("gRPC: "+name, shortCells)
		if s := c.X.Response.Status; s >= 400 {
			f.Verdict += fmt.Sprintf(" HTTP says %s: a gateway made this answer, or the server does not speak gRPC there.", c.Status())
		}
		return f
	},
	Examples: []Example{
		{Name: "trailers", Finds: "failed with DEADLINE_EXCEEDED", HTTP: `> POST http://api.test/shop.Orders/Get HTTP/2.0
> Content-Type: application/grpc
< HTTP/2.0 200
< Content-Type: application/grpc
* body base64 AAAAAAA=
* trailer grpc-status: 4
* trailer grpc-message: context%20deadline%20exceeded`},
		{Name: "trailers-only", Finds: `failed with UNIMPLEMENTED: "unknown service shop.Order"`, HTTP: `> POST http://api.test/shop.Order/Get HTTP/2.0
> Content-Type: application/grpc
< HTTP/2.0 200
< Content-Type: application/grpc
< grpc-status: 12
< grpc-message: unknown service shop.Order`},
		{Name: "grpc-web", Finds: "failed with NOT_FOUND", HTTP: `> POST http://api.test/shop.Orders/Get HTTP/1.1
> Content-Type: application/grpc-web+proto
< HTTP/1.1 200 OK
< Content-Type: application/grpc-web+proto
* body base64 gAAAABBncnBjLXN0YXR1czogNQ0K`},
		{Name: "load-balancer", Finds: "a gateway made this answer", Also: []string{"server-error"}, HTTP: `> POST http://api.test/shop.Orders/Get HTTP/2.0
> Content-Type: application/grpc
< HTTP/2.0 502
< Content-Type: application/grpc
< grpc-status: 14`},
		{Name: "ok", HTTP: `> POST http://api.test/shop.Orders/Get HTTP/2.0
> Content-Type: application/grpc
< HTTP/2.0 200
< Content-Type: application/grpc
* body base64 AAAAAAA=
* trailer grpc-status: 0`},
	},
})

var grpcHints = map[string]providerHint{
	"CANCELLED":           {Means: "The client gave the call up."},
	"INVALID_ARGUMENT":    {Means: "The message's values are wrong."},
	"DEADLINE_EXCEEDED":   {Means: "The deadline that the client set passed before the answer.", Client: "Set a longer deadline, or find out what is slow:", Copy: "grpcurl -max-time 30"},
	"NOT_FOUND":           {Means: "The thing asked for does not exist."},
	"PERMISSION_DENIED":   {Means: "These credentials lack the right."},
	"RESOURCE_EXHAUSTED":  {Means: "A quota is used up, or the message is too large (4 MB unless set).", Client: "Send less, or raise the limit:", Copy: "grpc.MaxCallRecvMsgSize(16 << 20)"},
	"FAILED_PRECONDITION": {Means: "The system is not in the state that the call needs; trying again does not help."},
	"UNIMPLEMENTED":       {Means: "The server has no such service or method.", Client: "Compare package, service and method with what it offers:", Copy: "grpcurl HOST list"},
	"INTERNAL":            {Means: "The server, or a proxy on the way, broke the call."},
	"UNAVAILABLE":         {Means: "The server could not be reached; the call may be repeated.", Client: "Repeat with growing pauses; see that the server runs:", Copy: "grpcurl HOST grpc.health.v1.Health/Check"},
	"UNAUTHENTICATED":     {Means: "The call has no valid credentials.", Client: "Send them as metadata:", Copy: "authorization: Bearer YOUR_TOKEN"},
}

// grpcTrailer are the fields among which grpc-status is, and where they stand.
func grpcTrailer(c *Case) (exchange.Header, exchange.Part) {
	m := c.X.Response
	if m.Trailer.Has("Grpc-Status") {
		return m.Trailer, exchange.ResponseTrailer
	}
	if m.Header.Has("Grpc-Status") || !strings.HasPrefix(m.MediaType(), "application/grpc-web") || !m.Body.Whole() {
		return m.Header, exchange.ResponseHeader
	}
	data := m.Body.Data
	if strings.HasPrefix(m.MediaType(), "application/grpc-web-text") {
		plain, err := base64.StdEncoding.DecodeString(string(data))
		if err != nil {
			return nil, exchange.ResponseBody
		}
		data = plain
	}
	frames, _ := content.ParseGRPC(data)
	for _, frame := range frames {
		if !frame.Trailer || frame.Compressed {
			continue
		}
		var h exchange.Header
		for _, line := range strings.Split(string(frame.Data), "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok {
				h = append(h, exchange.Field{Name: name, Value: strings.TrimSpace(value)})
			}
		}
		return h, exchange.ResponseBody
	}
	return nil, exchange.ResponseBody
}
