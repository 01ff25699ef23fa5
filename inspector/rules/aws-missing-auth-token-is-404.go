package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "aws-missing-auth-token-is-404", Title: "API Gateway has no such route", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "Amazon API Gateway answers 403 \"Missing Authentication Token\" to every path, stage and method that it has no route for, with or without a token.",
	FixClient: "Check stage, path and method.",
	FixServer: "Add the route and deploy the API.",
	Spec:      "https://repost.aws/knowledge-center/api-gateway-authentication-token-errors",
	When:      status(403),
	Check: func(c *Case) *Finding {
		kind := c.X.Response.Header.Get("X-Amzn-Errortype")
		said := text(c.JSON(), "message") == "Missing Authentication Token"
		ofGateway := c.X.Response.Header.Has("X-Amzn-Requestid") || c.X.Response.Header.Has("X-Amz-Apigw-Id")
		if !strings.HasPrefix(kind, "MissingAuthenticationToken") && (!said || !ofGateway) {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("This is no matter of tokens: API Gateway has no route for %s %s.", c.X.Request.Method, clip(c.Path(), 60)),
			Short:    clip("no route: "+c.X.Request.Method+" "+c.Path(), shortCells),
			Evidence: []exchange.Evidence{c.statusLine(""), c.requestLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check the stage (the first segment, unless on a domain of its own), the path and the method:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Look at the routes, and deploy the API after changes:", Copy: "aws apigateway get-resources --rest-api-id API_ID\naws apigateway create-deployment --rest-api-id API_ID --stage-name STAGE"},
			},
		}
		if kind != "" {
			f.Evidence = append(f.Evidence, c.responseField("X-Amzn-Errortype", ""))
		}
		if said {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "no-route", Finds: "API Gateway has no route for GET /prod/itemz", HTTP: `> GET https://a1b2.execute-api.eu-west-1.amazonaws.com/prod/itemz HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json
< x-amzn-ErrorType: MissingAuthenticationTokenException

{"message":"Missing Authentication Token"}`},
		{Name: "other", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"message":"Missing Authentication Token"}`},
	},
})
