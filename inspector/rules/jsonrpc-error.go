package rules

import (
	"fmt"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "jsonrpc-error", Title: "A JSON-RPC call failed", Family: Provider, Severity: exchange.SeverityWarning,
	Explain:   "JSON-RPC answers with an error object in place of a result, whatever the HTTP status is. The codes from -32768 to -32000 belong to the protocol.",
	FixClient: "Look at error in every response.",
	FixServer: "Say in error.data what is wrong.",
	Spec:      "https://www.jsonrpc.org/specification#error_object",
	When:      having(reportsJSON, jsonAnswer(200, 599)),
	Check: func(c *Case) *Finding {
		answer := jsonRPCError(c)
		if answer == nil {
			return nil
		}
		e := object(answer, "error")
		code, _ := number(e, "code")
		p := providerError{By: "JSON-RPC", Code: strconv.Itoa(code), Message: text(e, "message"), Name: "/error/code", Hint: jsonRPCHints[code]}
		if name := jsonRPCNames[code]; name != "" {
			p.Code += " (" + name + ")"
		}
		if data := e["data"]; data != nil {
			p.Extra = append(p.Extra, inBody("/error/data", compact(data), ""))
		}
		if method := text(c.sentJSON(), "method"); method != "" {
			p.Extra = append(p.Extra, exchange.Evidence{Part: exchange.RequestBody, Name: "/method", Value: excerpt(method, 60)})
		}
		f := c.providerFinding(p)
		f.Short = clip(fmt.Sprintf("JSON-RPC %d: %s", code, excerpt(p.Message, shortCells)), 26)
		return f
	},
	Examples: []Example{
		{Name: "method", Finds: "JSON-RPC says -32601 (method not found)", HTTP: `> POST http://api.test/rpc HTTP/1.1
> Content-Type: application/json

{"jsonrpc":"2.0","method":"user.gett","id":1}
< HTTP/1.1 200 OK
< Content-Type: application/json

{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}`},
		{Name: "result", HTTP: `> POST http://api.test/rpc HTTP/1.1
> Content-Type: application/json

{"jsonrpc":"2.0","method":"user.get","id":1}
< HTTP/1.1 200 OK
< Content-Type: application/json

{"jsonrpc":"2.0","result":{"error":null},"id":1}`},
	},
})

var jsonRPCNames = map[int]string{
	-32700: "parse error", -32600: "invalid request", -32601: "method not found", -32602: "invalid params", -32603: "internal error",
}

var jsonRPCHints = map[int]providerHint{
	-32700: {Means: "The server could not parse the request's JSON."},
	-32600: {Means: "The request is JSON but no request object: jsonrpc, method or id is wrong."},
	-32601: {Means: "The server has no such method.", Client: "Check the method's spelling and prefix:"},
	-32602: {Means: "The number, names or types of params are wrong."},
	-32603: {Means: "The server failed.", Server: "Look the call up in the log."},
}

// jsonRPCError is the first response object with an error, nil if there is none.
func jsonRPCError(c *Case) any {
	whole := c.WholeText()
	if !strings.Contains(whole, `"jsonrpc"`) {
		return nil
	}
	answers := []any{}
	switch {
	case strings.HasPrefix(whole, "["):
		answers, _ = c.JSON().([]any)
	case c.top().names&(memberJSONRPC|memberError) == memberJSONRPC|memberError:
		answers = []any{c.JSON()}
	}
	for _, a := range answers {
		if _, ok := number(object(a, "error"), "code"); ok && text(a, "jsonrpc") == "2.0" {
			return a
		}
	}
	return nil
}
