package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-to-internal-host", Title: "A redirect leads to an address inside", Family: Redirect, Severity: exchange.SeverityError,
	Explain:   "A server behind a gateway builds redirects from the host that it is asked for. Where the gateway does not pass on the public host, they lead to a name or address that clients cannot reach.",
	FixClient: "Request the path on the public host.",
	FixServer: "Pass the public host on to the application.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc7239.html#section-5.3",
	When:      when(status3xx, redirecting),
	Check: func(c *Case) *Finding {
		u := c.URL()
		if u == nil || internalHost(u.Hostname()) {
			return nil
		}
		next := c.destination()
		if next == nil || next.Scheme != "http" && next.Scheme != "https" || !internalHost(next.Hostname()) || clientChosen(c) {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The %d leads to %s, an address inside the server's network.", c.X.Response.Status, clip(next.Host, 60)),
			Short:    clip("redirect to "+next.Host, shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), c.responseField("Location", c.Status())},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Request the path on the public host:", Copy: curl(c.X.Request.Method, origin(u)+next.RequestURI())},
				Server: exchange.Advice{Text: "Pass the public host on:", Copy: "proxy_set_header Host $host;\nproxy_redirect " + content.MaskURL(origin(next)) + "/ /;"},
			},
		}
	},
	Examples: []Example{
		{Name: "localhost", Finds: "leads to localhost:3000, an address inside", HTTP: hop(0, "https://app.example.com/a", "", "http://localhost:3000/b")},
		{Name: "cluster", Finds: "leads to web.default.svc.cluster.local", HTTP: hop(0, "https://app.example.com/a", "", "https://web.default.svc.cluster.local/b")},
		{Name: "public", HTTP: hop(0, "https://app.example.com/a", "", "https://www.example.com/b")},
		{Name: "development", HTTP: hop(0, "http://localhost:8000/a", "", "http://localhost:3000/b")},
		{Name: "login-of-a-program", HTTP: hop(0, "https://id.example.com/authorize?redirect_uri=http://127.0.0.1:9004/cb", "", "http://127.0.0.1:9004/cb?code=abc")},
	},
})

// internalHost reports whether a host exists only inside a network: loopback
// and private addresses, names of one word, and the domains set aside for it.
func internalHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
	}
	if !strings.Contains(host, ".") {
		return host != ""
	}
	for _, suffix := range []string{".localhost", ".local", ".internal", ".lan", ".svc", ".intranet", ".corp", ".home.arpa"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// clientChosen reports whether the client itself named the destination, as in a
// login by OAuth:
// programs log in by way of a port of their own machine (RFC 8252 section 7.3).
func clientChosen(c *Case) bool {
	next := c.destination()
	if next == nil {
		return false
	}
	if next.Query().Has("code") || next.Query().Has("error") {
		return true
	}
	for _, values := range c.query() {
		for _, v := range values {
			if strings.Contains(v, next.Host) {
				return true
			}
		}
	}
	return false
}
