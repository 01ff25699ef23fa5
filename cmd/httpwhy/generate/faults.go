package generate

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

// fault is a way in which a visit fails. spoil changes an exchange that went
// well, and returns what is found then.
type fault struct {
	endpoint endpoint
	spoil    func(g *generator, x *exchange.Exchange) []exchange.Finding
}

var faults = []fault{
	{
		endpoint{method: "GET", url: "https://api.shop.example/v1/me", status: 401, mime: "application/json", ms: 13, bytes: 65},
		func(g *generator, x *exchange.Exchange) []exchange.Finding {
			x.Response.Body = kept(`{"error":"invalid_token","error_description":"The token expired"}`)
			x.Response.Header = append(x.Response.Header, exchange.Field{Name: "WWW-Authenticate", Value: `Bearer error="invalid_token"`})
			minutes := 1 + g.rand.IntN(90)
			return found("jwt-expired", "auth", exchange.SeverityError, fmt.Sprintf("token expired %d min ago", minutes),
				fmt.Sprintf("The access token expired %d min before this request.", minutes))
		},
	},
	{
		endpoint{method: "GET", url: "https://api.shop.example/v1/search?q={}", ids: 4000, status: 429, mime: "application/json", ms: 4, bytes: 61},
		func(g *generator, x *exchange.Exchange) []exchange.Finding {
			seconds := 5 * (1 + g.rand.IntN(12))
			x.Response.Body = kept(`{"error":"slow down"}`)
			x.Response.Header = append(x.Response.Header, exchange.Field{Name: "Retry-After", Value: fmt.Sprint(seconds)})
			return found("rate-limited", "rate", exchange.SeverityWarning, fmt.Sprintf("rate limited, wait %d s", seconds),
				fmt.Sprintf("The server takes the next request in %d s.", seconds))
		},
	},
	{
		endpoint{method: "GET", url: "https://api.shop.example/v1/orders/{}", ids: 6000, status: 404, mime: "application/json", ms: 18, bytes: 30},
		func(_ *generator, x *exchange.Exchange) []exchange.Finding {
			x.Response.Body = kept(`{"error":"not found"}`)
			r := exchange.Row{URL: x.URL}
			return found("not-found", "request", exchange.SeverityWarning, "404: "+r.Path(), "Nothing is found at "+x.URL+".")
		},
	},
	{
		endpoint{method: "OPTIONS", url: "https://api.shop.example/v1/items/{}", ids: 9000, status: 403, ms: 3},
		func(_ *generator, _ *exchange.Exchange) []exchange.Finding {
			return found("cors-preflight-not-handled", "cors", exchange.SeverityError, "CORS: preflight answered 403",
				"The server answers the preflight with 403, so the browser does not send the request.")
		},
	},
	{
		endpoint{method: "GET", url: "http://dev.shop.example:9999/health", ms: 1},
		func(_ *generator, x *exchange.Exchange) []exchange.Finding {
			refuse(x)
			return found("connection-refused", "transport", exchange.SeverityError, "refused: 127.0.0.1:9999",
				"Nothing listens on 127.0.0.1:9999.")
		},
	},
	{
		endpoint{method: "POST", url: "https://pay.shop.example/v1/charges", status: 502, mime: "text/html", ms: 1200, bytes: 150},
		func(_ *generator, x *exchange.Exchange) []exchange.Finding {
			x.Response.Body = kept("<html><head><title>502 Bad Gateway</title></head></html>")
			return found("gateway-upstream-refused", "gateway", exchange.SeverityError, "nginx: no answer behind",
				"The gateway could not reach the server behind it.")
		},
	},
}

// found is a finding as the inspector would make it.
func found(rule, family string, severity exchange.Severity, short, verdict string) []exchange.Finding {
	return []exchange.Finding{{
		Rule: rule, Family: family, Severity: severity, Confidence: exchange.Certain, Primary: true, Short: short, Verdict: verdict,
	}}
}
