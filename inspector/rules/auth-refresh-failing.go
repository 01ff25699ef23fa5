package rules

import (
	"fmt"
	"slices"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "auth-refresh-failing", Title: "Refreshing the token does not help", Family: Auth, Severity: exchange.SeverityError,
	Explain: "A refresh token that is expired, revoked, used before or issued to another client is answered with invalid_grant; then only a new login helps. " +
		"Where the refresh succeeds and the old token is sent again, the client does not put the new one to use.",
	FixClient: "After invalid_grant, send the user to the login; after a success, send the new token.",
	FixServer: "Keep refresh tokens valid for as long as sessions are meant to last.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6749.html#section-6",
	When:      status(400, 401, 403),
	Check: func(c *Case) *Finding {
		if Refreshes(&c.X.Request) {
			return refusedRefresh(c)
		}
		return oldToken(c)
	},
	Examples: []Example{
		{Name: "invalid-grant", Finds: "refuses the refresh token (invalid_grant)", Also: []string{"oauth-error"}, HTTP: refreshRequest + `< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"invalid_grant"}`},
		{Name: "old-token", Finds: "the old token is sent again", Also: []string{"auth-rejected", "bearer-error"}, HTTP: oldTokenBefore + refreshRequest + `< HTTP/1.1 200 OK
< Content-Type: application/json

{"access_token":"tGzv3JOkF0XG5Qx2TlKWIA","token_type":"Bearer"}
* took 5ms
* at 2026-11-22T14:00:03Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized`},
		{Name: "refreshed", HTTP: refreshRequest + `< HTTP/1.1 200 OK
< Content-Type: application/json

{"access_token":"tGzv3JOkF0XG5Qx2TlKWIA","token_type":"Bearer"}`},
	},
})

const (
	refreshRequest = `* at 2026-11-22T14:00:02Z
* client 127.0.0.1:5000
> POST https://id.test/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=8xLOxBtZp8
`
	oldTokenBefore = `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://api.test/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 401 Unauthorized
* took 5ms
`
)

func refusedRefresh(c *Case) *Finding {
	code := member(c.JSON(), "error")
	said := code
	if said == "" {
		said = c.Status()
	}
	return &Finding{
		Verdict:  fmt.Sprintf("%s refuses the refresh token (%s): the user has to log in again.", c.Host(), excerpt(said, 40)),
		Short:    clip("refresh: "+said, shortCells),
		Evidence: []exchange.Evidence{c.statusLine(""), c.bodyHead(""), {Part: exchange.RequestBody, Name: "grant_type", Value: "refresh_token"}},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Drop both tokens and send the user to the login:", Copy: "GET AUTHORIZATION_ENDPOINT?response_type=code&client_id=CLIENT_ID&redirect_uri=REDIRECT_URI"},
			Server: exchange.Advice{Text: "See whether the token was rotated, revoked or has expired, and to which client it was issued:", Copy: c.journal()},
		},
	}
}

// oldToken finds a request that repeats refused credentials although a refresh
// has brought new ones since.
func oldToken(c *Case) *Finding {
	sent := c.X.Request.Header.Values("Authorization")
	if sent == nil {
		return nil
	}
	for _, e := range c.Links.Earlier {
		if e.Status() != c.X.Status() || !slices.Equal(e.Request.Header.Values("Authorization"), sent) {
			continue
		}
		for _, r := range c.Links.Refreshes {
			if r.Status() == 200 && !r.Start.Before(e.End()) && !r.End().After(c.X.Start) {
				var labels secretLabels
				refused := labels.field(e, "Authorization", "refused then")
				return &Finding{
					Related: []exchange.ID{e.ID, r.ID}, Confidence: exchange.Likely,
					Verdict: fmt.Sprintf("Likely: the refresh #%d brought a new token, but the old token is sent again and refused like in #%d.", r.ID, e.ID),
					Short:   "old token sent again",
					Evidence: []exchange.Evidence{
						refused,
						{Exchange: r.ID, Part: exchange.StatusLine, Name: "refresh", Value: statusText(r.Response), Note: broughtToken(&labels, r)},
						labels.field(c.X, "Authorization", fmt.Sprintf("the same as in #%d", e.ID)), c.statusLine(""),
					},
					Fix: exchange.Fix{
						Client: exchange.Advice{Text: "Read the token anew for each attempt:", Copy: c.curl("-H", "Authorization: Bearer NEW_TOKEN")},
						Server: exchange.Advice{Text: "Nothing: the old token may be refused."},
					},
				}
			}
		}
	}
	return nil
}

// broughtToken labels the token that a refresh brought.
func broughtToken(l *secretLabels, r *exchange.Exchange) string {
	if label := l.of(issuedToken(r.Response)); label != "" {
		return "it brought " + label
	}
	return ""
}
