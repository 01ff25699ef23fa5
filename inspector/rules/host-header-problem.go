package rules

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "host-header-problem", Title: "The Host field leads to no site", Family: Method, Severity: exchange.SeverityError,
	Explain: "A server with several sites chooses one by the Host field, which is the authority of the URL without user and path. " +
		"A request of HTTP/1.1 without it must be refused with 400.",
	FixClient: "Send the host and port of the URL in Host, once and nothing else.",
	FixServer: "Name the host in the configuration of the site.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-request-target",
	When:      status(http.StatusBadRequest, http.StatusNotFound, http.StatusMisdirectedRequest),
	Check: func(c *Case) *Finding {
		if c.X.Request.Proto != "HTTP/1.1" {
			return nil // HTTP/2 has :authority in its place
		}
		values := c.X.Request.Header.Values("Host")
		fault := hostFieldFault(values)
		f := &Finding{
			Verdict: fmt.Sprintf("The server cannot tell the site: %s.", fault), Short: clip("Host: "+fault, shortCells),
			Evidence: []exchange.Evidence{c.requestField("Host", ""), c.requestLine(""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the host of the URL:", Copy: c.curl("-H", "Host: "+c.Host())},
				Server: exchange.Advice{Text: "See which names the sites have, in nginx:", Copy: "nginx -T | grep server_name"},
			},
		}
		if fault != "" {
			if c.X.Status() != http.StatusBadRequest {
				f.Confidence = exchange.Likely
			}
			return f
		}
		return c.foreignHost(f, values)
	},
	Examples: []Example{
		{Name: "twice", Finds: "Host is sent 2 times", Also: []string{"bad-request"}, HTTP: hostSent("400 Bad Request", "api.test\n> Host: www.api.test")},
		{Name: "url", Finds: "Host is a URL, with a scheme", HTTP: hostSent("400 Bad Request", "https://api.test")},
		{Name: "path", Finds: "Host has a path", HTTP: hostSent("404 Not Found", "api.test/v1")},
		{Name: "another", Also: []string{"not-found"}, Finds: "Was the name www.example.test meant? The request went to api.test", HTTP: hostSent("404 Not Found", "www.example.test")},
		{Name: "underscore", Finds: "api_v1.test has an underscore", HTTP: strings.ReplaceAll(hostSent("400 Bad Request", "api_v1.test"), "//api.test", "//api_v1.test"), Also: []string{"bad-request"}},
		{Name: "right", Also: []string{"not-found", "bad-request"}, HTTP: hostSent("404 Not Found", "api.test")},
		{Name: "default-port", Also: []string{"not-found", "bad-request"}, HTTP: hostSent("404 Not Found", "api.test:80")},
		{Name: "by-address", Also: []string{"not-found"}, HTTP: strings.ReplaceAll(hostSent("404 Not Found", "api.test"), "//api.test", "//10.0.0.7")},
		{Name: "no-fields-known", Also: []string{"bad-request"}, HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 400 Bad Request`},
	},
})

func hostSent(status, host string) string {
	return "> GET http://api.test/items HTTP/1.1\n> Host: " + host + "\n< HTTP/1.1 " + status
}

// hostFieldFault says what is wrong with Host by itself, "" if nothing is or the
// field was not recorded.
func hostFieldFault(values []string) string {
	switch {
	case len(values) == 0:
		return ""
	case len(values) > 1:
		return fmt.Sprintf("Host is sent %d times", len(values))
	}
	v := values[0]
	switch {
	case v == "":
		return "Host is empty"
	case strings.Contains(v, "://"):
		return "Host is a URL, with a scheme"
	case strings.Contains(v, "/"):
		return "Host has a path"
	case strings.ContainsAny(v, " \t,@"):
		return fmt.Sprintf("Host is %q, which is no host", clip(v, 40))
	}
	return ""
}

// foreignHost finds names that servers may not know: questions, no more.
func (c *Case) foreignHost(f *Finding, values []string) *Finding {
	u := c.URL()
	if u == nil || len(values) == 0 || c.X.Mode == exchange.Reverse {
		return nil
	}
	sent := &url.URL{Scheme: u.Scheme, Host: values[0]}
	name := sent.Hostname()
	f.Confidence, f.Severity = exchange.Possible, exchange.SeverityInfo
	switch _, err := netip.ParseAddr(u.Hostname()); {
	case c.X.Status() == http.StatusBadRequest && strings.Contains(name, "_"):
		f.Verdict = fmt.Sprintf("Is it the name? %s has an underscore, which some servers refuse in Host.", clip(name, 40))
		f.Short = "underscore in Host"
		f.Fix.Client = exchange.Advice{Text: "Use a name of letters, digits and hyphens:", Copy: strings.ReplaceAll(name, "_", "-")}
	case err != nil && !loopbackName(u.Hostname()) && c.X.Status() != http.StatusBadRequest && origin(sent) != origin(u):
		f.Verdict = fmt.Sprintf("Was the name %s meant? The request went to %s with another name in Host.", clip(name, 40), c.Host())
		f.Short = clip("Host: "+name, shortCells)
	default:
		return nil
	}
	return f
}
