package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "info-leak-headers", Title: "Response fields name the version of the software", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Who looks for servers with a known hole searches for the versions that they tell. Clients have no use for them.",
	FixClient: "Nothing to change.",
	FixServer: "Leave out the version.",
	Spec:      "https://owasp.org/www-project-secure-headers/#div-headers_remove",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		return received(x) && versionField(x.Response.Header) != nil
	}),
	Check: func(c *Case) *Finding {
		f := versionField(c.X.Response.Header)
		if !c.remote() || c.Gateway() != nil {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("%s tells every client that it runs %s.", c.Host(), clip(f.Value, 60)),
			Short:    clip("tells "+f.Value, shortCells),
			Evidence: []exchange.Evidence{c.responseField(f.Name, "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: c.forServer("Leave it out:", lines{
					nginx: "server_tokens off;", apache: "ServerTokens Prod", express: "app.disable('x-powered-by')", php: "expose_php = Off",
				}, "proxy_hide_header "+f.Name+";   # nginx"),
			},
		}
	},
	Examples: []Example{
		{Name: "server", Finds: "tells every client that it runs nginx/1.18.0", HTTP: `> GET https://www.example.org/ HTTP/1.1
< HTTP/1.1 200 OK
< Server: nginx/1.18.0 (Ubuntu)`},
		{Name: "powered", Finds: "runs PHP/8.1.2", HTTP: `> GET https://www.example.org/ HTTP/1.1
< HTTP/1.1 200 OK
< Server: Apache
< X-Powered-By: PHP/8.1.2`},
		{Name: "name", HTTP: `> GET https://www.example.org/ HTTP/1.1
< HTTP/1.1 200 OK
< Server: cloudflare`},
		{Name: "this-computer", HTTP: `> GET http://localhost:8080/ HTTP/1.1
< HTTP/1.1 200 OK
< Server: nginx/1.18.0`},
	},
})

// versioned matches a product with its version (RFC 9110 section 10.1.5).
var versioned = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 _.-]{1,30}/[0-9]+\.[0-9]`)

// versionField is the first field that names a version, nil if none does.
func versionField(h exchange.Header) *exchange.Field {
	for i := range h {
		f := &h[i]
		switch len(f.Name) {
		case len("Server"), len("X-Powered-By"):
			if (strings.EqualFold(f.Name, "Server") || strings.EqualFold(f.Name, "X-Powered-By")) && versioned.MatchString(f.Value) {
				return f
			}
		case len("X-AspNet-Version"), len("X-AspNetMvc-Version"):
			if strings.EqualFold(f.Name, "X-AspNet-Version") || strings.EqualFold(f.Name, "X-AspNetMvc-Version") {
				return f
			}
		}
	}
	return nil
}
