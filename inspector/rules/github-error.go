package rules

import (
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "github-error", Title: "GitHub's API refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "GitHub answers with message and documentation_url. What a token may not see is answered with 404, as if it did not exist.",
	FixClient: "Compare the scopes of the token with those that are accepted.",
	FixServer: "Nothing: the answer says what is wrong.",
	Spec:      "https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		doc := text(c.JSON(), "documentation_url")
		if !strings.HasPrefix(doc, "https://docs.github.com/") && !strings.HasPrefix(doc, "https://developer.github.com/") {
			return nil
		}
		message := text(c.JSON(), "message")
		e := providerError{By: "GitHub", Message: message, Name: "/message", Hint: githubHint(c, message)}
		for _, name := range []string{"X-Oauth-Scopes", "X-Accepted-Oauth-Scopes", "X-Accepted-Github-Permissions", "X-Github-Sso", "X-Github-Request-Id"} {
			if c.X.Response.Header.Has(name) {
				e.Extra = append(e.Extra, c.responseField(name, ""))
			}
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "private", Finds: "GitHub says: \"Not Found\". A private repository looks like this without a token", HTTP: `> GET https://api.github.com/repos/a/b HTTP/1.1
> User-Agent: app
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"message":"Not Found","documentation_url":"https://docs.github.com/rest/repos/repos#get-a-repository","status":"404"}`},
		{Name: "other", Also: []string{"not-found"}, HTTP: `> GET http://api.test/a HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"message":"Not Found","documentation_url":"https://api.test/docs"}`},
	},
})

func githubHint(c *Case, message string) providerHint {
	m := strings.ToLower(message)
	switch {
	case strings.Contains(m, "secondary rate limit"):
		return providerHint{Means: "Too many requests at once or too many writes; this limit is not among the counted ones.", Client: "Send one after the other, with a second between writes, and wait at least a minute now:", Copy: "sleep 60"}
	case strings.Contains(m, "api rate limit exceeded"):
		return providerHint{Means: "Without a token the limit is 60 per hour and address, with one 5000.", Client: "See what is left:", Copy: "gh api rate_limit"}
	case m == "not found" && c.X.Request.Header.Has("Authorization"):
		return providerHint{Means: "What a token may not see is answered like this too.", Client: "Compare the token's scopes with the accepted ones:", Copy: "gh auth status"}
	case m == "not found":
		return providerHint{Means: "A private repository looks like this without a token, and none was sent.", Client: "Send a token:", Copy: "Authorization: Bearer YOUR_TOKEN"}
	case m == "bad credentials":
		return providerHint{Means: "The token is wrong, expired or revoked.", Client: "See which token is used:", Copy: "gh auth status"}
	case strings.Contains(m, "not accessible by integration"), strings.Contains(m, "not accessible by personal access token"):
		return providerHint{Means: "The token lacks a permission.", Client: "In a workflow, grant it:", Copy: "permissions:\n  contents: write"}
	case strings.Contains(m, "saml"):
		return providerHint{Means: "The organisation wants the token authorised for single sign-on."}
	}
	return providerHint{}
}
