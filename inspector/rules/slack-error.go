package rules

import (
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "slack-error", Title: "Slack's API refuses", Family: Provider, Severity: exchange.SeverityWarning,
	Explain:   "Slack answers 200 to most calls; ok says whether it worked, and error names what did not.",
	FixClient: "Look at ok in every answer.",
	FixServer: "Correct the app's scopes and install it again.",
	Spec:      "https://api.slack.com/web#responses",
	When:      having(reportsJSON, jsonAnswer(200, 599)),
	Check: func(c *Case) *Finding {
		code := slackError(c)
		if code == "" {
			return nil
		}
		e := providerError{By: "Slack", Code: code, Name: "/error", Hint: slackHints[code]}
		for _, name := range []string{"needed", "provided"} {
			if v := text(c.JSON(), name); v != "" {
				e.Extra = append(e.Extra, inBody("/"+name, v, "scopes"))
			}
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "scope", Finds: "Slack says missing_scope. The token lacks a scope", HTTP: `> POST https://slack.com/api/chat.postMessage HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"users:read"}`},
		{Name: "ok", HTTP: `> POST https://slack.com/api/chat.postMessage HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"ok":true,"warning":"missing_charset"}`},
	},
})

var slackHints = map[string]providerHint{
	"missing_scope":     {Means: "The token lacks a scope.", Server: "Add the scope and install the app again."},
	"invalid_auth":      {Means: "The token is wrong.", Client: "Test it:", Copy: "curl -H 'Authorization: Bearer YOUR_TOKEN' https://slack.com/api/auth.test"},
	"not_authed":        {Means: "No token was sent.", Client: "Send it:", Copy: "Authorization: Bearer YOUR_TOKEN"},
	"token_revoked":     {Means: "The token was revoked.", Client: "Install the app again."},
	"account_inactive":  {Means: "The token's user or workspace was deleted."},
	"channel_not_found": {Means: "There is no such channel, or the app is not in it.", Client: "Use the channel's ID, and invite the app:", Copy: "/invite @APP"},
	"not_in_channel":    {Means: "The app is not in the channel.", Client: "Invite it:", Copy: "/invite @APP"},
	"ratelimited":       {Means: "Too many calls; Retry-After says how long to wait."},
	"invalid_arguments": {Means: "An argument is missing or wrong."},
}

// slackError is the code of Slack's error, "" if the response has none.
func slackError(c *Case) string {
	if !c.onHost("slack.com") && !c.X.Response.Header.Has("X-Slack-Req-Id") || !strings.Contains(c.WholeText(), `"ok"`) {
		return ""
	}
	o, _ := c.JSON().(map[string]any)
	if ok, isBool := o["ok"].(bool); !isBool || ok {
		return ""
	}
	return text(o, "error")
}
