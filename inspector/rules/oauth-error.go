package rules

import (
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "oauth-error", Title: "The authorization server refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "OAuth names what is wrong by a code in the member error: of the token endpoint's JSON, or in the query of the redirect back to the application.",
	FixClient: "Correct what the code names.",
	FixServer: "Say more in error_description.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2",
	When: when(status3xx|status4xx, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == 400 || x.Response.Status == 401 || x.Response.Status == 403 || isRedirect(x.Response.Status))
	}),
	Check: func(c *Case) *Finding {
		code, said, e := "", "", providerError{By: "The authorization server", Name: "/error"}
		if isRedirect(c.X.Response.Status) {
			q := redirectedError(c)
			code, said = q.Get("error"), q.Get("error_description")
			e.Part, e.Name = exchange.ResponseHeader, "Location"
		} else if isJSON(c.X.Response.MediaType()) {
			code, said = text(c.JSON(), "error"), text(c.JSON(), "error_description")
		}
		hint, known := oauthHints[code]
		if !known || strings.Contains(said, "AADSTS") {
			return nil
		}
		e.Code, e.Message, e.Hint = code, said, hint
		e.Expected = c.expectedError()
		if grant := c.sentForm().Get("grant_type"); grant != "" {
			e.Extra = append(e.Extra, exchange.Evidence{Part: exchange.RequestBody, Name: "grant_type", Value: excerpt(grant, 60)})
		}
		if code == "invalid_client" {
			e.Extra = append(e.Extra, c.requestField("Authorization", "how the client names itself, unless in the form"))
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "refresh", Finds: "says invalid_grant: \"Token is expired\"", Also: []string{"bad-request", "auth-refresh-failing"}, HTTP: `> POST http://id.test/oauth/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=8xLOxBtZp8
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"invalid_grant","error_description":"Token is expired"}`},
		{Name: "client", Finds: "says invalid_client", HTTP: `> POST http://id.test/oauth/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"error":"invalid_client"}`},
		{Name: "redirect", Finds: "says access_denied", HTTP: `> GET http://id.test/authorize?client_id=a HTTP/1.1
< HTTP/1.1 302 Found
< Location: http://app.test/callback?error=access_denied&state=1`},
		{Name: "device-flow", Finds: "authorization_pending", HTTP: `> POST http://id.test/oauth/token HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"authorization_pending"}`},
		{Name: "callback", HTTP: `> GET http://id.test/authorize?client_id=a HTTP/1.1
< HTTP/1.1 302 Found
< Location: http://app.test/callback?code=1&state=1`},
		{Name: "other", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"name is missing"}`},
	},
})

// oauthHints are about the codes of RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628
// section 3.5 and OpenID Connect Core section 3.1.2.6.
var oauthHints = map[string]providerHint{
	"invalid_grant": {
		Means:  "The code or refresh token is expired, was used before, was revoked, or belongs to another client or redirect URI.",
		Client: "Begin anew with a login, and use each code and each rotated refresh token once.",
	},
	"invalid_client":         {Means: "Client ID or secret is wrong, or sent in another way than this server wants: as Basic credentials or in the form.", Client: "Send them as Basic credentials:", Copy: "curl -u CLIENT_ID:CLIENT_SECRET -d grant_type=client_credentials"},
	"unauthorized_client":    {Means: "This client may not use this grant type.", Server: "Allow the grant type in the client's registration."},
	"unsupported_grant_type": {Means: "The server does not know the grant_type, or the content is no form.", Client: "Send a form, not JSON:", Copy: "Content-Type: application/x-www-form-urlencoded"},
	"invalid_scope":          {Means: "A scope is unknown or beyond what this client may ask for.", Client: "Ask for fewer scopes, separated by spaces."},
	"redirect_uri_mismatch":  {Means: "redirect_uri is not registered for this client, to the letter.", Server: "Register exactly this URI: scheme, port and trailing slash count."},
	"access_denied":          {Means: "The user, or a policy, said no."},

	"unsupported_response_type": {Means: "The server does not know the response_type.", Client: "Use the code flow:", Copy: "response_type=code"},
	"login_required":            {Means: "There is no session, and prompt=none forbids to ask.", Client: "Begin a login with interaction:", Copy: "prompt=login"},
	"consent_required":          {Means: "The user has not consented yet, and prompt=none forbids to ask.", Client: "Ask with interaction:", Copy: "prompt=consent"},
	"interaction_required":      {Means: "The user must act, and prompt=none forbids to ask.", Client: "Ask with interaction:", Copy: "prompt=login"},
	"authorization_pending":     {Means: "The user has not finished yet; polling goes on."},
	"slow_down":                 {Means: "The client polls too often; its interval grows by 5 s."},
	"expired_token":             {Means: "The device code has expired."},
	"temporarily_unavailable":   {Means: "The authorization server is overloaded or in maintenance."},
}

// redirectedError are the parameters of the redirect's target if one of them is
// an error.
func redirectedError(c *Case) url.Values {
	location := c.X.Response.Header.Get("Location")
	if !strings.Contains(location, "error=") {
		return nil
	}
	u, err := url.Parse(location)
	if err != nil {
		return nil
	}
	if q := u.Query(); q.Has("error") {
		return q
	}
	q, _ := url.ParseQuery(u.Fragment)
	return q
}

// sentForm are the fields of the request's form, none if it is none or not
// whole.
func (c *Case) sentForm() url.Values {
	m := &c.X.Request
	if m.MediaType() != "application/x-www-form-urlencoded" || !m.Body.Whole() {
		return nil
	}
	q, _ := url.ParseQuery(string(m.Body.Data))
	return q
}
