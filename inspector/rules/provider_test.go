package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestProviderAnswers feeds answers as the providers document them: the primary
// finding must come from the rule that reads them, or from one closer to the
// cause.
func TestProviderAnswers(t *testing.T) {
	for _, test := range []struct{ url, status, mime, body, rule, says string }{
		{"http://a.test/graphql", "400 Bad Request", "application/json", `{"errors":[{"message":"Cannot query field \"x\"","locations":[{"line":1,"column":2}],"path":["user","x"],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`, "graphql-errors", "does not fit the schema"},
		{"http://a.test/graphql", "200 OK", "application/graphql-response+json", `{"errors":[{"message":"Syntax Error"}]}`, "graphql-errors", "Syntax Error"},
		{"https://k.test:6443/api/v1/pods", "409 Conflict", "application/json", `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \"a\" already exists","reason":"AlreadyExists","details":{"name":"a","kind":"pods"},"code":409}`, "k8s-status", "AlreadyExists"},
		{"https://k.test:6443/api/v1/pods", "422 Unprocessable Entity", "application/json", `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Pod \"a\" is invalid","reason":"Invalid","details":{"name":"a","kind":"Pod","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.containers"}]},"code":422}`, "k8s-status", "breaks the schema"},
		{"https://api.github.com/x", "401 Unauthorized", "application/json", `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}`, "github-error", "expired or revoked"},
		{"https://sts.amazonaws.com/", "403 Forbidden", "text/xml", `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error><RequestId>1</RequestId></ErrorResponse>`, "aws-error", "credentials have expired"},
		{"https://s3.eu-west-1.amazonaws.com/b/k", "403 Forbidden", "application/xml", `<?xml version="1.0" encoding="UTF-8"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20261122T000000Z</RequestTime><ServerTime>2026-11-22T14:00:00Z</ServerTime><RequestId>1</RequestId></Error>`, "aws-error", "more than 15 min"},
		{"http://minio.test:9000/b/k", "403 Forbidden", "application/xml", `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><RequestId>1</RequestId><HostId>2</HostId></Error>`, "aws-error", "The S3 store says SignatureDoesNotMatch"},
		{"https://lambda.us-east-1.amazonaws.com/x", "400 Bad Request", "application/json", `{"__type":"AccessDeniedException","Message":"User is not authorized"}`, "aws-error", "AccessDeniedException"},
		{"https://www.googleapis.com/x", "429 Too Many Requests", "application/json", `{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"30s"}]}}`, "google-error", "RESOURCE_EXHAUSTED"},
		{"https://api.stripe.com/v1/x", "404 Not Found", "application/json", `{"error":{"code":"resource_missing","doc_url":"https://stripe.com/docs/error-codes/resource-missing","message":"No such customer: 'cus_1'","param":"customer","type":"invalid_request_error"}}`, "stripe-error", "resource_missing"},
		{"https://api.anthropic.com/v1/messages", "400 Bad Request", "application/json", `{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"}}`, "llm-api-error", "max_tokens"},
		{"https://api.openai.com/v1/x", "401 Unauthorized", "application/json", `{"error":{"message":"Incorrect API key provided: sk-x.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`, "llm-api-error", "The key is wrong"},
		{"http://id.test/token", "401 Unauthorized", "application/json", `{"error":"invalid_client"}`, "oauth-error", "Client ID or secret"},
		{"http://es.test:9200/_search", "400 Bad Request", "application/json", `{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [mach]","line":1,"col":9}],"type":"parsing_exception","reason":"unknown query [mach]"},"status":400}`, "elasticsearch-error", "syntax is wrong"},
		{"http://es.test:9200/_bulk", "200 OK", "application/json", "{\n  \"took\" : 3,\n  \"errors\" : true,\n  \"items\" : [ { \"index\" : { \"status\" : 409, \"error\" : { \"type\" : \"version_conflict_engine_exception\", \"reason\" : \"x\" } } } ]\n}", "elasticsearch-error", "1 of 1 item"},
		{"http://rpc.test/", "200 OK", "application/json", `[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params"},"id":2}]`, "jsonrpc-error", "-32602"},
		{"http://p.test/", "500 Internal Server Error", "application/problem+json", `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"disk full","traceId":"7"}`, "problem-json", "disk full"},
		{"http://ws.test/", "500 Internal Server Error", "text/xml; charset=utf-8", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="x">a:InternalServiceFault</faultcode><faultstring xml:lang="en-US">Object reference not set</faultstring></s:Fault></s:Body></s:Envelope>`, "soap-fault", "Object reference not set"},
		{"https://slack.com/api/x", "200 OK", "application/json", `{"ok":false,"error":"channel_not_found"}`, "slack-error", "not in it"},
		{"https://login.microsoftonline.com/t/oauth2/token", "400 Bad Request", "application/json", `{"error":"invalid_grant","error_description":"AADSTS70008: The provided authorization code or refresh token has expired.\r\nTrace ID: 1"}`, "azure-ad-error", "has expired"},
	} {
		text := fmt.Sprintf("> POST %s HTTP/1.1\n> User-Agent: a\n> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA\n< HTTP/1.1 %s\n< Content-Type: %s\n\n%s", test.url, test.status, test.mime, test.body)
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		fs := findings(xs)[1]
		var found *exchange.Finding
		for i, f := range fs {
			if f.Rule == test.rule {
				found = &fs[i]
			}
		}
		if found == nil {
			t.Errorf("%s %s: %s does not fire; found %v", test.status, test.body, test.rule, ruleNames(fs))
			continue
		}
		if !strings.Contains(found.Verdict, test.says) {
			t.Errorf("%s: verdict %q lacks %q", test.rule, found.Verdict, test.says)
		}
		if p := fs[0].Rule; p != test.rule && p != "rate-limited" {
			t.Errorf("%s: the primary finding is %s: %s", test.rule, p, fs[0].Verdict)
		}
	}
}

// TestHealthyAnswers: what works shows no error and no warning.
func TestHealthyAnswers(t *testing.T) {
	for name, text := range map[string]string{
		"list":         "> GET http://api.test/items?page=2 HTTP/1.1\n> Accept: application/json\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n\n{\"items\":[],\"error\":null,\"errors\":[]}",
		"create":       "> POST http://api.test/items HTTP/1.1\n> Content-Type: application/json\n\n{}\n< HTTP/1.1 201 Created\n< Location: /items/1",
		"graphql":      "> POST http://api.test/graphql HTTP/1.1\n> Content-Type: application/json\n\n{\"query\":\"{a}\"}\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n\n{\"data\":{\"errors\":[{\"message\":\"a row of a log\"}]}}",
		"grpc":         "> POST http://api.test/a.B/C HTTP/2.0\n> Content-Type: application/grpc\n< HTTP/2.0 200\n< Content-Type: application/grpc\n* trailer grpc-status: 0",
		"sse":          "> GET http://api.test/stream HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: text/event-stream\n\ndata: {\"errors\":0}\n\ndata: no error here",
		"feed":         "> GET http://www.test/feed HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: application/rss+xml\n\n<rss><channel><title>Fault>s and Envelope</title></channel></rss>",
		"page":         "> GET https://www.test/ HTTP/1.1\n> Sec-Fetch-Dest: document\n< HTTP/1.1 200 OK\n< Content-Type: text/html\n\n<html><img src=\"http://a.test/x.png\"><a href=\"http://b.test\">b</a></html>",
		"signed":       "> GET https://b.s3.amazonaws.com/k?X-Amz-Signature=0123456789abcdef&X-Amz-Credential=x HTTP/1.1\n< HTTP/1.1 200 OK",
		"redirect":     "> GET http://id.test/authorize HTTP/1.1\n< HTTP/1.1 302 Found\n< Location: http://app.test/cb?code=1&error_uri=x",
		"device-flow":  "> POST http://id.test/token HTTP/1.1\n< HTTP/1.1 400 Bad Request\n< Content-Type: application/json\n\n{\"error\":\"authorization_pending\"}",
		"telemetry":    "* at 2026-11-22T14:00:00Z\n> POST http://api.test/events HTTP/1.1\n\n{}\n< HTTP/1.1 201 Created\n* at 2026-11-22T14:00:01Z\n> POST http://api.test/events HTTP/1.1\n\n{}\n< HTTP/1.1 201 Created",
		"delete-twice": "* at 2026-11-22T14:00:00Z\n> DELETE http://api.test/items/1 HTTP/1.1\n< HTTP/1.1 204 No Content\n* at 2026-11-22T14:00:01Z\n> DELETE http://api.test/items/1 HTTP/1.1\n< HTTP/1.1 204 No Content",
	} {
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, fs := range findings(xs) {
			for _, f := range fs {
				if f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
					t.Errorf("%s: %s says %q", name, f.Rule, f.Verdict)
				}
			}
		}
	}
}

func ruleNames(fs []exchange.Finding) []string {
	var names []string
	for _, f := range fs {
		names = append(names, f.Rule)
	}
	return names
}
