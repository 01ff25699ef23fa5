package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "credentials-over-http", Title: "Credentials go over the network in the clear", Family: Security, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Over http everybody on the way reads the credentials and can use them. To this computer itself there is no way to listen on.",
	FixClient: "Use https.",
	FixServer: "Redirect to https, and refuse credentials that came over http.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6750.html#section-5.3",
	When: when(anyStatus|sendsAuthorization, func(x *exchange.Exchange) bool {
		return received(x) && x.Mode == exchange.Forward && strings.HasPrefix(x.URL, "http:") && x.Request.Header.Has("Authorization")
	}),
	Check: func(c *Case) *Finding {
		if !c.remote() || c.X.Response.Status >= 400 {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Authorization is sent to %s over http, where everybody on the way can read it.", c.Host()),
			Short:    "credentials over http",
			Evidence: []exchange.Evidence{c.requestLine(""), c.requestField("Authorization", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Use https:", Copy: "https" + strings.TrimPrefix(clip(pathless(c.X.URL), 80), "http")},
				Server: exchange.Advice{Text: "Redirect to https, e.g. in nginx:", Copy: "return 308 https://$host$request_uri;"},
			},
		}
	},
	Examples: []Example{
		{Name: "clear", Finds: "Authorization is sent to api.example.org over http", HTTP: `> GET http://api.example.org/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK`},
		{Name: "this-computer", HTTP: `> GET http://localhost:3000/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK`},
		{Name: "https", HTTP: `> GET https://api.example.org/me HTTP/1.1
> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA
< HTTP/1.1 200 OK`},
	},
})

// pathless is the origin part of a URL.
func pathless(target string) string {
	scheme, rest, _ := strings.Cut(target, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return scheme + "://" + rest[strings.LastIndexByte(rest, '@')+1:]
}

// remote reports whether the server is on another computer, outside the own
// network: neither loopback nor a private address, nor a name that only resolves
// locally.
func (c *Case) remote() bool {
	u := c.URL()
	if u == nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if a, err := netip.ParseAddr(host); err == nil {
		return !local(a)
	}
	if a := c.X.Server.Addr.Addr(); a.IsValid() && local(a) {
		return false
	}
	i := strings.LastIndexByte(host, '.')
	if i < 0 {
		return false // localhost, or the name of a container
	}
	switch host[i:] {
	case ".localhost", ".local", ".internal", ".lan", ".test", ".home", ".localdomain":
		return false
	}
	return true
}

func local(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}
