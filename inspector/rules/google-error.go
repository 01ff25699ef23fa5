package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "google-error", Title: "A Google API refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "Google's APIs answer with error.status, a name of gRPC, and with details: ErrorInfo has the reason, RetryInfo the pause, QuotaFailure the quota, BadRequest the fields.",
	FixClient: "Correct what reason and details name.",
	FixServer: "Nothing: the answer says what is wrong.",
	Spec:      "https://cloud.google.com/apis/design/errors",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		e := object(c.JSON(), "error")
		_, hasCode := number(e, "code")
		name := text(e, "status")
		if !hasCode || name == "" || strings.ToUpper(name) != name {
			return nil
		}
		p := providerError{By: "Google", Code: name, Message: text(e, "message"), Name: "/error/status", Hint: googleHints[name]}
		for i, d := range list(e, "details") {
			at := fmt.Sprintf("/error/details/%d/", i)
			if reason := text(d, "reason"); reason != "" {
				p.Code = name + " (" + reason + ")"
				p.Extra = append(p.Extra, inBody(at+"reason", reason, text(d, "domain")))
				if h, ok := googleHints[reason]; ok {
					p.Hint = h
				}
			}
			if delay := text(d, "retryDelay"); delay != "" {
				p.Extra = append(p.Extra, inBody(at+"retryDelay", delay, "how long to wait"))
			}
			for _, v := range append(list(d, "fieldViolations"), list(d, "violations")...) {
				if len(p.Extra) < 4 {
					p.Extra = append(p.Extra, inBody(firstOf(text(v, "field"), text(v, "subject")), text(v, "description"), ""))
				}
			}
		}
		return c.providerFinding(p)
	},
	Examples: []Example{
		{Name: "disabled", Finds: "Google says PERMISSION_DENIED (SERVICE_DISABLED)", HTTP: `> GET https://translation.googleapis.com/v3/x HTTP/1.1
> Authorization: Bearer ya29.a0AfH6SMBx1234567890
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"error":{"code":403,"message":"Cloud Translation API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED","domain":"googleapis.com"}]}}`},
		{Name: "field", Finds: "Google says INVALID_ARGUMENT", HTTP: `> POST https://places.googleapis.com/v1/places HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":{"code":400,"message":"Invalid value","status":"INVALID_ARGUMENT","details":[{"fieldViolations":[{"field":"lat","description":"out of range"}]}]}}`},
		{Name: "other", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":{"code":400,"message":"no","status":"failed"}}`},
	},
})

var googleHints = map[string]providerHint{
	"INVALID_ARGUMENT":    {Means: "A value of the request is wrong, whatever the state of the system."},
	"FAILED_PRECONDITION": {Means: "The system is not in the state that the call needs."},
	"UNAUTHENTICATED":     {Means: "The token is missing, expired or for another service.", Client: "Get a new one:", Copy: "gcloud auth print-access-token"},
	"PERMISSION_DENIED":   {Means: "The account lacks the right.", Client: "See which account is used:", Copy: "gcloud auth list"},
	"NOT_FOUND":           {Means: "There is no such thing, or this account may not know of it."},
	"RESOURCE_EXHAUSTED":  {Means: "A quota is used up.", Client: "Wait as long as RetryInfo says, or see the quotas:", Copy: "gcloud services quota list --service=SERVICE"},
	"UNAVAILABLE":         {Means: "The service is down for the moment.", Client: "Repeat with growing pauses:"},
	"SERVICE_DISABLED":    {Means: "The API is not enabled in the project.", Client: "Enable it:", Copy: "gcloud services enable SERVICE.googleapis.com"},
	"API_KEY_INVALID":     {Means: "There is no such API key.", Client: "List the project's keys:", Copy: "gcloud services api-keys list"},
	"API_KEY_SERVICE_BLOCKED": {
		Means: "The API key is restricted to other APIs.", Client: "Look at its restrictions:", Copy: "gcloud services api-keys describe KEY_ID",
	},
	"ACCESS_TOKEN_SCOPE_INSUFFICIENT": {Means: "The token lacks a scope.", Client: "Log in with the scope:", Copy: "gcloud auth application-default login --scopes=SCOPES"},
	"BILLING_DISABLED":                {Means: "The project has no billing account."},
	"RATE_LIMIT_EXCEEDED":             {Means: "Too many requests in this minute.", Client: "Repeat with growing pauses:"},
}
