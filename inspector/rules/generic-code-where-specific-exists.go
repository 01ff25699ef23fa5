package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "generic-code-where-specific-exists", Title: "A more specific status says it better", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "Clients, monitoring and libraries act on the number: 401 renews a token, 429 waits, 422 shows the fields, a 5xx pages somebody at night.",
	FixClient: "Go by the content here.",
	FixServer: "Answer with the specific status.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes",
	When:      jsonAnswer(200, 599),
	Check: func(c *Case) *Finding {
		if !apiLike(c.X) || c.Gateway() != nil {
			return nil
		}
		better, because := specificStatus(c)
		if better == 0 {
			return nil
		}
		name := fmt.Sprintf("%d %s", better, strings.Replace(http.StatusText(better), "Unprocessable Entity", "Unprocessable Content", 1))
		return &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("%s answered %d, but the content says that %s: that is %s.", clip(c.endpointOf(), 70), c.X.Response.Status, because, name),
			Short:      fmt.Sprintf("%d where %d fits", c.X.Response.Status, better),
			Evidence:   []exchange.Evidence{c.statusLine(""), c.bodyHead("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Go by the content here."},
				Server: exchange.Advice{Text: "Answer with the specific status:", Copy: "HTTP/1.1 " + name},
			},
		}
	},
	Examples: []Example{
		{Name: "validation", Finds: "that is 422 Unprocessable Content", Also: []string{"validation-error"}, HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"errors":{"name":["is empty"]}}`},
		{Name: "limit", Finds: "that is 429 Too Many Requests", Also: []string{"rate-limited"}, HTTP: `> GET http://api.test/users HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"message":"Rate limit exceeded"}`},
		{Name: "login", Finds: "that is 401 Unauthorized", Also: []string{"forbidden", "auth-403-should-be-401"}, HTTP: `> GET http://api.test/users HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"message":"Authentication credentials were not provided."}`},
		{Name: "not-found-in-500", Finds: "that is 404 Not Found", Also: []string{"internal-server-error"}, HTTP: `> GET http://api.test/users/7 HTTP/1.1
< HTTP/1.1 500 Internal Server Error
< Content-Type: application/json

{"error":"user not found"}`},
		{Name: "fits", Also: []string{"not-found"}, HTTP: `> GET http://api.test/users/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"error":"user not found"}`},
	},
})

var (
	saysNoLogin  = regexp.MustCompile(`(?i)not (?:logged in|authenticated|provided)|unauthenticated|authentication (?:is )?required|(?:log|sign) in|missing (?:access )?token|no (?:access |auth )?token`)
	saysNotFound = regexp.MustCompile(`(?i)^[^.]{0,60}\b(?:not found|does not exist|no such)\b`)
	saysInvalid  = regexp.MustCompile(`(?i)\bvalidation (?:failed|error)|\bis (?:required|invalid|not valid)\b|must be (?:a|an|at|one|positive|greater|less)\b`)
	saysType     = regexp.MustCompile(`(?i)(?:content.type|media type)[^.]{0,60}(?:not supported|unsupported)|unsupported (?:media|content)`)
)

// specificStatus is the status that fits what the content says, 0 if that is
// the one that was sent or nothing is known.
func specificStatus(c *Case) (status int, because string) {
	said := c.errorMessage()
	switch s := c.X.Response.Status; s {
	case 200:
		if !c.top().reports {
			return 0, ""
		}
		if sign, said := hiddenError(c.JSON()); sign != "" && saysNotFound.MatchString(said) {
			return 404, "nothing was found"
		}
	case 400:
		if len(invalidFields(c.JSON())) > 0 && !c.foreignFields() {
			return 422, "fields are not valid"
		}
	case 403:
		if limitEvidence(c) {
			return 429, "a limit is reached"
		}
		if c.credentials() == nil && saysNoLogin.MatchString(said) {
			return 401, "nobody is logged in"
		}
	case 500:
		switch {
		case saysType.MatchString(said):
			return 415, "the kind of content is not taken"
		case saysNotFound.MatchString(said):
			return 404, "nothing was found"
		case saysInvalid.MatchString(said):
			return 422, "the input is not valid"
		}
	}
	return 0, ""
}
