package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "upstream-proxy-refused", Title: "The upstream proxy did not open the tunnel", Family: Transport, Severity: exchange.SeverityError,
	Explain:   "httpwhy asks another proxy for the connection, as it was told to. That proxy refused: it wants credentials (407), forbids the host (403) or could not reach it (502 to 504).",
	FixClient: "Set the credentials of the upstream proxy, or leave this host out.",
	FixServer: "Allow the host in the proxy.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-connect",
	When:      failed(exchange.UpstreamProxyRefused),
	Check: func(c *Case) *Finding {
		proxy := firstOf(c.X.Failure.Addr, "PROXY_HOST:PORT")
		for _, r := range upstreamRefusals {
			if !r.found(c.X.Failure.Message) {
				continue
			}
			fill := strings.NewReplacer("$PROXY", proxy, "$HOST", c.hostOfTarget(), "$URL", shell(content.MaskURL(c.X.URL)))
			return c.transportFinding(fmt.Sprintf(r.verdict, "The upstream proxy "+proxy, c.hostOfTarget()), r.short,
				exchange.Advice{Text: r.client, Copy: fill.Replace(r.clientCopy)}, exchange.Advice{Text: r.server, Copy: fill.Replace(r.serverCopy)})
		}
		return c.transportFinding(
			fmt.Sprintf("The upstream proxy did not open a way to %s: %s.", c.hostOfTarget(), trimStop(c.X.Failure.Message)), "upstream proxy refused",
			exchange.Advice{Text: "Try it with the upstream proxy alone:", Copy: c.curl("-v", "-x", proxy)},
			exchange.Advice{Text: "Allow the host in the proxy, or leave it out on the client:", Copy: "NO_PROXY=" + c.hostOfTarget()},
		)
	},
	Examples: []Example{
		{Name: "credentials", Finds: "The upstream proxy 10.0.0.1:3128 wants a user and password", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:3128 did not connect to api.test:443: it answered CONNECT with 407 Proxy Authentication Required")},
		{Name: "forbidden", Finds: "The upstream proxy 10.0.0.1:3128 forbids connections to api.test", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:3128 did not connect to api.test:443: it answered CONNECT with 403 Forbidden")},
		{Name: "unreachable", Finds: "The upstream proxy 10.0.0.1:3128 could not reach api.test", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:3128 did not connect to api.test:443: it answered CONNECT with 503 Service Unavailable")},
		{Name: "no-proxy", Finds: "The upstream proxy 10.0.0.1:3128 does not answer as a proxy", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:3128 closed the connection instead of connecting to api.test:443")},
		{Name: "socks-password", Finds: "wants a user and password", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:1080 did not connect to api.test:443: it did not accept user and password")},
		{Name: "other", Finds: "The upstream proxy did not open a way to api.test", HTTP: upstreamRefused("the upstream proxy 10.0.0.1:3128 did not connect to api.test:443: it answered CONNECT with 302 Found")},
		{Name: "no-failure", HTTP: quietExample},
	},
})

func upstreamRefused(message string) string {
	return `> GET https://api.test/ HTTP/1.1
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

httpwhy could not do it
* synthetic
* failure upstream-proxy-refused 10.0.0.1:3128 host=10.0.0.1 "` + message + `"`
}

// upstreamRefusal is one way in which a proxy refuses, told by its answer.
type upstreamRefusal struct {
	words []string
	// verdict has the proxy and the host to fill in.
	verdict, short                         string
	client, clientCopy, server, serverCopy string
}

var upstreamRefusals = []upstreamRefusal{
	{
		[]string{"with 407", "user and password", "a way to authenticate"},
		"%[1]s wants a user and password; none or wrong ones were given.", "upstream proxy: password",
		"Start httpwhy with them:", "httpwhy --upstream-proxy http://USER:PASSWORD@$PROXY",
		"Or let the proxy take this machine without a password, in Squid:", "http_access allow localnet",
	},
	{
		[]string{"with 403", "with 405", "not allowed by ruleset"},
		"%[1]s forbids connections to %[2]s, or to this port.", "upstream proxy forbids it",
		"Leave the host out, if it can be reached without the proxy:", "NO_PROXY=$HOST curl -i $URL",
		"Allow the host and the port in the proxy, in Squid:", "acl allowed dstdomain $HOST",
	},
	{
		[]string{"with 500", "with 502", "with 503", "with 504", "host unreachable", "network unreachable", "connection refused", "TTL expired", "general SOCKS"},
		"%[1]s could not reach %[2]s.", "upstream proxy: no way",
		"See whether the name is right, and whether other hosts can be reached:", "curl -v -x $PROXY $URL",
		"See from the proxy's machine:", "getent hosts $HOST",
	},
	{
		[]string{"closed the connection", "did not answer CONNECT", "does not speak SOCKS"},
		"%[1]s does not answer as a proxy; is that its address and port, and its kind?", "no proxy at this address",
		"See what answers there:", "curl -v -x $PROXY $URL",
		"See which program listens there:", "ss -ltnp",
	},
}

func (r *upstreamRefusal) found(message string) bool {
	for _, w := range r.words {
		if strings.Contains(message, w) {
			return true
		}
	}
	return false
}

// hostOfTarget is the host that was asked for: the failure's is the proxy's.
func (c *Case) hostOfTarget() string {
	if u := c.URL(); u != nil {
		return u.Hostname()
	}
	host, _, _ := strings.Cut(c.Host(), ":")
	return host
}
