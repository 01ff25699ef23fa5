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
		{"not netlify", "Server", "x", "error decoding lambda response: invalid", 502, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := exchange.Body{State: exchange.WholeBody, Size: int64(len(test.text)), Data: []byte(test.text)}
			c := &Case{X: &exchange.Exchange{Response: &exchange.Message{
				Status: test.status, Body: body,
				Header: exchange.Header{{Name: test.field, Value: test.value}, {Name: "Content-Type", Value: "text/plain"}},
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
