package rules

import (
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "llm-api-error", Title: "The API of a language model refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "These APIs name the kind of error in error.type and error.code. A used-up budget and too many requests have the same status, 429, but only the second passes by waiting.",
	FixClient: "Correct what the code names.",
	FixServer: "Nothing: the answer says what is wrong.",
	Spec:      "https://platform.openai.com/docs/guides/error-codes",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		e := object(c.JSON(), "error")
		if e == nil || stripeMade(c, e) {
			return nil
		}
		kind, code := text(e, "type"), text(e, "code")
		by := ""
		switch {
		case text(c.JSON(), "type") == "error" && slices.Contains(anthropicTypes, kind):
			by = "The Messages API"
		case c.onHost("openai.com"), c.X.Response.Header.Has("Openai-Processing-Ms"), c.X.Response.Header.Has("Openai-Version"),
			llmHints[code].Means != "" && text(e, "message") != "":
			by = "The model's API"
		default:
			return nil
		}
		p := providerError{By: by, Code: firstOf(code, kind), Message: text(e, "message"), Name: "/error/type"}
		if code != "" {
			p.Name = "/error/code"
		}
		p.Hint = llmHints[p.Code]
		if param := text(e, "param"); param != "" {
			p.Extra = append(p.Extra, inBody("/error/param", param, "what it is about"))
		}
		if id := text(c.JSON(), "request_id"); id != "" {
			p.Extra = append(p.Extra, inBody("/request_id", id, ""))
		}
		return c.providerFinding(p)
	},
	Examples: []Example{
		{Name: "budget", Finds: "insufficient_quota", Also: []string{"rate-limited", "quota-vs-rate"}, HTTP: `> POST http://api.test/v1/chat/completions HTTP/1.1
< HTTP/1.1 429 Too Many Requests
< Content-Type: application/json

{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`},
		{Name: "too-long", Finds: "context_length_exceeded", HTTP: `> POST http://api.test/v1/chat/completions HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`},
		{Name: "overloaded", Finds: "The Messages API says overloaded_error", Also: []string{"rate-limited"}, HTTP: `> POST http://api.test/v1/messages HTTP/1.1
< HTTP/1.1 529
< Content-Type: application/json

{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`},
		{Name: "other", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/v1/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":{"type":"odd","message":"no"}}`},
	},
})

var anthropicTypes = []string{
	"invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error", "request_too_large",
	"rate_limit_error", "timeout_error", "api_error", "overloaded_error",
}

var llmHints = map[string]providerHint{
	"insufficient_quota":      {Means: "The budget is used up; waiting does not help.", Client: "Raise the limit or add credit in the account's billing settings."},
	"rate_limit_exceeded":     {Means: "Too many requests or tokens in this minute.", Client: "Wait as long as the response says, then go on more slowly:"},
	"rate_limit_error":        {Means: "Too many requests or tokens in this minute.", Client: "Wait as long as Retry-After says, then go on more slowly:"},
	"context_length_exceeded": {Means: "Prompt and answer together are longer than the model takes.", Client: "Shorten the messages, or lower:", Copy: "max_tokens"},
	"invalid_api_key":         {Means: "The key is wrong or was deleted.", Client: "See which key the program uses:", Copy: "env | grep -c API_KEY"},
	"model_not_found":         {Means: "There is no such model, or the account may not use it.", Client: "List the models:", Copy: "GET /v1/models"},
	"overloaded_error":        {Means: "The service is overloaded, whoever asks.", Client: "Repeat with growing pauses:"},
	"authentication_error":    {Means: "The key is wrong or missing.", Client: "Send it:", Copy: "x-api-key: YOUR_KEY"},
	"permission_error":        {Means: "The key may not use this."},
	"request_too_large":       {Means: "The request has too many bytes."},
	"billing_error":           {Means: "There is a problem with the account's payment."},
	"invalid_request_error":   {Means: "A parameter is wrong or missing."},
	"content_filter":          {Means: "The content filter stopped the request."},
}
