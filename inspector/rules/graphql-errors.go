package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "graphql-errors", Title: "A GraphQL query failed", Family: Provider, Severity: exchange.SeverityWarning,
	Explain: "GraphQL answers 200 even if fields could not be resolved: what failed stands in errors, and data holds the rest or null. " +
		"Its extensions.code is for programs, path names the field.",
	FixClient: "Look at errors in every response, whatever the status.",
	FixServer: "Put a code into the extensions of each error.",
	Spec:      "https://spec.graphql.org/October2021/#sec-Errors",
	When:      having(reportsJSON, jsonAnswer(200, 599)),
	Check: func(c *Case) *Finding {
		errs := graphQLErrors(c)
		if errs == nil {
			return nil
		}
		first := errs[0]
		code, path := text(object(first, "extensions"), "code"), ""
		if p := list(first, "path"); p != nil {
			path = joinPath(p)
		}
		e := providerError{By: "GraphQL", Code: code, Message: text(first, "message"), Name: "/errors/0/message", Hint: graphQLHints[code]}
		if code != "" {
			e.Name = "/errors/0/extensions/code"
		}
		if code == "FORBIDDEN" && c.credentials() == nil {
			e.Hint = graphQLHints["UNAUTHENTICATED"] // servers do not tell the two apart
		}
		if len(errs) > 1 {
			e.By = fmt.Sprintf("GraphQL reports %d errors; the first", len(errs))
		}
		if path != "" {
			e.Extra = append(e.Extra, inBody("/errors/0/path", path, "the field that failed"))
		}
		if data := object(c.JSON(), "data"); data != nil {
			e.Extra = append(e.Extra, inBody("/data", "is there", "the other fields were resolved"))
		}
		e.Expected = code == "PERSISTED_QUERY_NOT_FOUND"
		f := c.providerFinding(e)
		f.Short = clip("GraphQL: "+firstOf(code, excerpt(e.Message, shortCells)), 26)
		return f
	},
	Examples: []Example{
		{Name: "forbidden-field", Finds: `GraphQL says FORBIDDEN: "not allowed to see email"`, HTTP: graphQLAnswer(`{"data":{"user":{"email":null}},"errors":[{"message":"not allowed to see email","path":["user","email"],"extensions":{"code":"FORBIDDEN"}}]}`)},
		{Name: "before-the-login", Finds: "The resolver wants credentials", HTTP: graphQLAnswer(`{"data":null,"errors":[{"message":"You are not currently authorized to perform this action","path":["me"],"extensions":{"code":"FORBIDDEN"}}]}`)},
		{Name: "two", Finds: "GraphQL reports 2 errors; the first says", HTTP: graphQLAnswer(`{"errors":[{"message":"Cannot query field \"nam\" on type \"User\"","locations":[{"line":1,"column":3}]},{"message":"x"}]}`)},
		{Name: "persisted-query", Finds: "The client sends the whole query next", HTTP: graphQLAnswer(`{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`)},
		{Name: "data", HTTP: graphQLAnswer(`{"data":{"user":{"name":"Ann"}}}`)},
		{Name: "other-api", Also: []string{"validation-error"}, HTTP: `> POST http://api.test/users HTTP/1.1
< HTTP/1.1 422 Unprocessable Content
< Content-Type: application/json

{"errors":[{"field":"name","message":"is empty"}]}`},
	},
})

var graphQLHints = map[string]providerHint{
	"UNAUTHENTICATED":               {Means: "The resolver wants credentials.", Client: "Send the token with the query:", Copy: "Authorization: Bearer YOUR_TOKEN"},
	"FORBIDDEN":                     {Means: "These credentials may not read the field.", Client: "Leave the field out, or use an account that may read it:"},
	"GRAPHQL_VALIDATION_FAILED":     {Means: "The query does not fit the schema.", Client: "Compare the query with the schema:", Copy: "{ __schema { queryType { name } } }"},
	"GRAPHQL_PARSE_FAILED":          {Means: "The query's syntax is wrong."},
	"BAD_USER_INPUT":                {Means: "A variable has a wrong type or value."},
	"INTERNAL_SERVER_ERROR":         {Means: "A resolver threw an exception.", Server: "Look for it in the log of the resolver's service."},
	"PERSISTED_QUERY_NOT_FOUND":     {Means: "The client sends the whole query next; this is how automatic persisted queries begin."},
	"PERSISTED_QUERY_NOT_SUPPORTED": {Means: "The server takes no persisted queries.", Client: "Turn them off in the client."},
}

// graphQLErrors are the errors of a GraphQL response, nil if it is none or has
// none. Other APIs have lists called errors too, so the request or the members
// must show that it is GraphQL.
func graphQLErrors(c *Case) []any {
	if c.top().names&memberErrors == 0 {
		return nil
	}
	errs := list(c.JSON(), "errors")
	if len(errs) == 0 || text(errs[0], "message") == "" {
		return nil
	}
	first, _ := errs[0].(map[string]any)
	sent := c.sentJSON()
	switch {
	case text(sent, "query") != "", text(sent, "operationName") != "":
	case object(object(sent, "extensions"), "persistedQuery") != nil:
	case c.X.Response.MediaType() == "application/graphql-response+json":
	case strings.HasSuffix(c.Path(), "/graphql"):
	case first["locations"] != nil && (first["path"] != nil || object(first, "extensions") != nil):
	default:
		return nil
	}
	return errs
}

// firstOf is the first of the texts that is not empty.
func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func graphQLAnswer(body string) string {
	return `> POST http://api.test/graphql HTTP/1.1
> Content-Type: application/json

{"query":"{ user { name email } }"}
< HTTP/1.1 200 OK
< Content-Type: application/json

` + body
}
