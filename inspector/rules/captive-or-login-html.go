package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "captive-or-login-html", Title: "A login page came instead of data", Family: Auth, Severity: exchange.SeverityWarning,
	Explain:   "The request asks for JSON, and a page with a password field came with a success status: a session ended, or a network asks for a login first. Clients then fail to parse it.",
	FixClient: "Log in again, and do not follow redirects to pages.",
	FixServer: "Answer requests for JSON with 401 instead of the login page.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized",
	When: when(status200|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status == http.StatusOK && wantsJSON(&x.Request) && strings.HasPrefix(x.Response.MediaType(), "text/html") ||
			x.Response.Status == http.StatusNetworkAuthenticationRequired)
	}),
	Check: func(c *Case) *Finding {
		f := &Finding{
			Confidence: exchange.Likely,
			Verdict:    fmt.Sprintf("Likely: %s sent a login page although the request asks for JSON.", c.Host()),
			Short:      "login page instead of JSON",
			Evidence:   []exchange.Evidence{c.requestField("Accept", ""), c.statusLine(""), c.responseField("Content-Type", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send credentials, and see where it leads without following redirects:", Copy: c.curl("--max-redirs", "0", "-H", "Accept: application/json")},
				Server: exchange.Advice{Text: "Answer requests for JSON with 401:", Copy: "HTTP/1.1 401 Unauthorized"},
			},
		}
		if c.X.Response.Status == http.StatusNetworkAuthenticationRequired {
			// RFC 6585 section 6: never from the origin server.
			f.Confidence, f.Severity = exchange.Certain, exchange.SeverityError
			f.Verdict, f.Short = "The network, not the server, answered: it asks for a login first (511).", "network wants a login"
			f.Fix.Client = exchange.Advice{Text: "Open a page in a browser and log in to the network:", Copy: "curl -i http://" + c.Host() + "/"}
			f.Evidence = []exchange.Evidence{c.statusLine("")}
			return f
		}
		page := passwordField.FindString(c.head(32 << 10))
		if page == "" {
			return nil
		}
		f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseBody, Name: "form", Value: excerpt(page, 60)})
		if hop := previousHop(c); hop != nil {
			f.Related = []exchange.ID{hop.ID}
			f.Verdict = fmt.Sprintf("Likely: the session ended: %s redirected to a login page instead of answering 401.", hopName(hop.URL, sameOrigin([]*exchange.Exchange{hop, c.X})))
			f.Evidence = append(f.Evidence, field(hop.ID, exchange.ResponseHeader, hop.Response.Header, "Location", statusText(hop.Response)))
		}
		return f
	},
	Examples: []Example{
		{Name: "page", Finds: "app.test sent a login page although the request asks for JSON", HTTP: `> GET http://app.test/api/me HTTP/1.1
> Accept: application/json
< HTTP/1.1 200 OK
< Content-Type: text/html

<form action="/login"><input name="user"><input type="password" name="pw"></form>`},
		{Name: "network", Finds: "asks for a login first (511)", Also: []string{"server-error"}, HTTP: `> GET http://app.test/api/me HTTP/1.1
< HTTP/1.1 511 Network Authentication Required`},
		{Name: "page-wanted", HTTP: `> GET http://app.test/login HTTP/1.1
> Accept: text/html
< HTTP/1.1 200 OK
< Content-Type: text/html

<form action="/login"><input name="user"><input type="password" name="pw"></form>`},
	},
})

var passwordField = regexp.MustCompile(`(?i)<input\b[^>]{0,200}\btype\s*=\s*["']?password`)

// wantsJSON reports whether a request asks for JSON and not for a page.
func wantsJSON(m *exchange.Message) bool {
	accept := m.Header.Get("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}
