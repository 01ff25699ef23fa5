package report

import (
	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// Checked names what "nothing wrong found" rests on for an exchange that ended.
// unread: its content was not, as only a part of it travels with the exchange.
func Checked(x *exchange.Exchange) (parts []string, unread bool) {
	parts = []string{"status and header fields", "framing"}
	if x.Request.Header.Has("Origin") {
		parts = append(parts, "CORS")
	}
	if len(content.FindJWT(x.Request.Header)) > 0 {
		parts = append(parts, "token times")
	}
	if x.Server.TLS != nil {
		parts = append(parts, "server certificate")
	}
	return parts, x.Response != nil && !x.Response.Body.Whole()
}
