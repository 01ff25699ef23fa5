package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-challenge-answered", Title: "The challenge was answered", Family: Auth, Severity: exchange.SeverityGood,
	Explain:   "Authentication in HTTP begins with a refusal that names the scheme; the client repeats the request with credentials. Refreshing a token works the same way.",
	FixClient: "Nothing. Who sends the credentials at once saves this exchange.",
	FixServer: "Nothing: this is how authentication begins.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-authentication",
	When:      status(401, 407),
	Check: func(c *Case) *Finding {
		a := c.Links.Answer
		if a == nil {
			return nil
		}
		return &Finding{
			Related: []exchange.ID{a.ID},
			Verdict: fmt.Sprintf("The client answered this %d in #%d with other credentials and got %s.", c.X.Response.Status, a.ID, statusText(a.Response)),
			Short:   "credentials follow",
			Evidence: []exchange.Evidence{
				c.statusLine(""), c.responseField(challengeField(c.X.Response.Status), ""),
				field(a.ID, exchange.RequestHeader, a.Request.Header, "Authorization", "what followed"),
			},
		}
	},
	Examples: []Example{
		{Name: "basic", On: 1, Finds: "answered this 401 in #2 with other credentials and got 200 OK", HTTP: basicDialogue + `< HTTP/1.1 200 OK`},
		{Name: "not-allowed", On: 1, Finds: "and got 403 Forbidden", HTTP: basicDialogue + `< HTTP/1.1 403 Forbidden
< Content-Type: text/plain

Directory listings are not supported.`},
		{Name: "below", On: 1, Finds: "in #2 with other credentials and got 200 OK", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://registry.test/v2/ HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="registry"
* took 3ms
* at 2026-11-22T14:00:00.1Z
* client 127.0.0.1:5001
> GET http://registry.test/v2/app/tags/list HTTP/1.1
> Authorization: Basic Ym9iOnNlY3JldA==
< HTTP/1.1 200 OK`},
		{Name: "elsewhere", On: 1, Also: []string{"auth-missing-credentials"}, HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://registry.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="registry"
* took 3ms
* at 2026-11-22T14:00:00.1Z
* client 127.0.0.1:5001
> GET http://registry.test/items HTTP/1.1
> Authorization: Basic Ym9iOnNlY3JldA==
< HTTP/1.1 200 OK`},
		{Name: "wrong-password", On: 1, Also: []string{"auth-missing-credentials"}, HTTP: basicDialogue + `< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="staff"`},
		{Name: "refreshed-token", On: 1, Finds: "in #3 with other credentials", HTTP: staleToken + `* at 2026-11-22T14:00:00.500Z
* client 127.0.0.1:5001
> POST http://api.test/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=8xLOxBtZp8
< HTTP/1.1 200 OK
* took 3ms
` + freshToken},
		{Name: "another-token-from-nowhere", On: 1, Also: []string{"bearer-error"}, HTTP: staleToken + freshToken},
		{Name: "corrected-password", On: 1, Also: []string{"auth-rejected"}, HTTP: strings.NewReplacer("Bearer 2YotnFZFEjr1zCsicMWpAA", "Basic dXNlcjp4", `Bearer error="invalid_token"`, `Basic realm="staff"`).Replace(staleToken) +
			strings.Replace(freshToken, "Bearer tGzv3JOkF0XG5Qx2TlKWIA", "Basic dXNlcjpwYXNz", 1)},
		{Name: "new-nonce", On: 1, Finds: "in #2 with other credentials", HTTP: strings.NewReplacer("Bearer 2YotnFZFEjr1zCsicMWpAA", `Digest username="a", nonce="1"`, `Bearer error="invalid_token"`, `Digest realm="r", nonce="2", stale=true`).Replace(staleToken) +
			strings.Replace(freshToken, "Bearer tGzv3JOkF0XG5Qx2TlKWIA", `Digest username="a", nonce="2"`, 1)},
	},
})

// staleToken is refused, freshToken is taken a second later.
const (
	staleToken = `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token"
* took 3ms
`
	freshToken = `* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5001
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer tGzv3JOkF0XG5Qx2TlKWIA
< HTTP/1.1 200 OK`
)

// basicDialogue is a challenge and what follows it.
const basicDialogue = `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Basic realm="staff"
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
> Authorization: Basic dXNlcjpwYXNz
`

func challengeField(status int) string {
	if status == 407 {
		return "Proxy-Authenticate"
	}
	return "WWW-Authenticate"
}
