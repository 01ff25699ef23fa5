package rules

import (
	"testing"

	"httpwhy/inspector/exchange"
)

// TestGatewayFields reads the generators that speak in a field or in a text of
// their own.
func TestGatewayFields(t *testing.T) {
	for _, test := range []struct {
		name, field, value, text string
		status                   int
		generator                string
		want                     fault
	}{
		{"squid refused", "X-Squid-Error", "ERR_CONNECT_FAIL 111", "", 503, "Squid", faultRefused},
		{"squid peer", "X-Squid-Error", "ERR_READ_ERROR 0", "", 502, "Squid", faultRefused},
		{"squid reset", "X-Squid-Error", "ERR_READ_ERROR 104", "", 502, "Squid", faultClosed},
		{"squid name", "X-Squid-Error", "ERR_DNS_FAIL 0", "", 503, "Squid", faultDNS},
		{"squid late", "X-Squid-Error", "ERR_READ_TIMEOUT 0", "", 504, "Squid", faultTimeout},
		{"squid denies", "X-Squid-Error", "ERR_ACCESS_DENIED 0", "", 403, "Squid", ""},
		{"railway", "X-Railway-Fallback", "true", `{"message":"Application failed to respond"}`, 502, "Railway", faultRefused},
		{"railway route", "X-Railway-Fallback", "true", "", 404, "Railway", faultRoute},
		{"netlify", "X-Nf-Request-Id", "1", "error decoding lambda response: invalid", 502, "Netlify", faultBad},
		{"azure", "Server", "x", "<center>Microsoft-Azure-Application-Gateway/v2</center>", 504, "Azure Application Gateway", faultTimeout},
		{"fastly", "Server", "x", "Fastly error: unknown domain: a.test", 500, "Fastly", faultRoute},
		{"fly", "Fly-Request-Id", "01H-fra", "", 502, "Fly.io", faultRefused},
		{"application on fly", "Fly-Request-Id", "01H-fra", "no", 502, "", ""},
		{"api management", "Server", "x", `{ "statusCode": 404, "message": "Resource not found" }`, 404, "Azure API Management", faultRoute},
		{"api management key", "Server", "x", `{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API." }`, 401, "Azure API Management", ""},
		{"api management backend", "Server", "x", `{ "statusCode": 500, "message": "Internal server error", "activityId": "1c2a" }`, 500, "Azure API Management", faultRefused},
		{"nest", "Server", "x", `{"statusCode":404,"message":"Cannot GET /x","error":"Not Found"}`, 404, "", ""},
		{"apache with CRLF", "Server", "x", apacheInvalid, 502, "Apache", faultBad},
		{"vite 8", "Vary", "Origin", "", 502, "", ""}, // with another Server
		{"not netlify", "Server", "x", "error decoding lambda response: invalid", 502, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := exchange.Body{State: exchange.WholeBody, Size: int64(len(test.text)), Data: []byte(test.text)}
			c := &Case{X: &exchange.Exchange{Response: &exchange.Message{
				Status: test.status, Body: body,
				Header: exchange.Header{{Name: test.field, Value: test.value}, {Name: "Content-Type", Value: "text/plain"}, {Name: "Server", Value: "Fly/1a2b"}},
			}}}
			g := c.Gateway()
			if g == nil {
				g = &gatewayFault{}
			}
			if g.Generator != test.generator || g.Fault != test.want {
				t.Errorf("got %q %q", g.Generator, g.Fault)
			}
		})
	}
}

// apacheInvalid has line ends as Apache 2.4 sends them.
const apacheInvalid = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n<html><head>\n<title>502 Bad Gateway</title>\n</head><body>\n" +
	"<h1>Bad Gateway</h1>\n<p>The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\n</p>\n</body></html>\n"
