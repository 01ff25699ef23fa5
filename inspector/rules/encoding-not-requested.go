package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "encoding-not-requested", Title: "The content is in a coding that the client did not ask for", Family: Content, Severity: exchange.SeverityWarning, Aside: true,
	Explain: "Accept-Encoding lists the content codings that the client can undo. A browser refuses a response in another one, whatever its content; other clients hand out the compressed bytes. " +
		"Browsers offer br and zstd over https alone.",
	FixClient: "Ask for the coding, or for none.",
	FixServer: "Choose the coding by the Accept-Encoding of each request, and send Vary: Accept-Encoding.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-accept-encoding",
	When:      when(anyStatus|answersEncoded, func(x *exchange.Exchange) bool { return received(x) && x.Response.Header.Has("Content-Encoding") }),
	Check: func(c *Case) *Finding {
		asked := c.X.Request.Header.List("Accept-Encoding")
		if vs := c.X.Response.Header.Values("Content-Encoding"); len(vs) > 1 && slices.Contains(vs, "") {
			return c.codingFinding(exchange.SeverityError, "Browsers refuse this response: one of its Content-Encoding fields is empty.", "empty Content-Encoding")
		}
		for _, coding := range c.X.Response.Header.List("Content-Encoding") {
			if name := strings.Trim(coding, `"`); name != coding && httpCoding(name) {
				return c.codingFinding(exchange.SeverityError, fmt.Sprintf("Browsers refuse this response: the coding %s stands in quotation marks.", name), "Content-Encoding in quotes")
			}
			if !isToken(coding) {
				return c.codingFinding(exchange.SeverityError, fmt.Sprintf("Browsers refuse this response: its coding %q is not one word.", clip(coding, 40)), "malformed Content-Encoding")
			}
			if !httpCoding(coding) || offers(asked, coding) {
				continue
			}
			switch recent := strings.EqualFold(coding, "br") || strings.EqualFold(coding, "zstd"); {
			case asked == nil && !recent:
				// Without Accept-Encoding any coding will do (RFC 9110 section 12.5.3), and gzip does nearly always.
				continue
			case asked == nil:
				return c.codingFinding("", fmt.Sprintf("%s sends %s to a client that asked for no coding.", c.Host(), coding), coding+" not asked for")
			case c.fromBrowser() && offers(asked, "gzip"):
				return c.codingFinding(exchange.SeverityError, fmt.Sprintf("The browser refuses this response: it is in %s, and the browser takes %s.", coding, clip(strings.Join(asked, ", "), 40)), coding+" not asked for")
			}
			return c.codingFinding("", fmt.Sprintf("%s sends %s, but the client takes %s.", c.Host(), coding, clip(strings.Join(asked, ", "), 40)), coding+" not asked for")
		}
		return nil
	},
	Examples: []Example{
		{Name: "browser-over-http", Finds: "The browser refuses this response: it is in br, and the browser takes gzip, deflate", HTTP: asksFor("Mozilla/5.0", "gzip, deflate", "br")},
		{Name: "program", Finds: "api.test sends zstd, but the client takes gzip", HTTP: asksFor("Go-http-client/1.1", "gzip", "zstd")},
		{Name: "nothing-asked", Finds: "api.test sends br to a client that asked for no coding", HTTP: asksFor("curl/8.5.0", "", "br")},
		{Name: "forbidden", Finds: "api.test sends gzip, but the client takes gzip;q=0, br", HTTP: asksFor("curl/8.5.0", "gzip;q=0, br", "gzip")},
		{Name: "quoted", Finds: "the coding gzip stands in quotation marks", HTTP: asksFor("Mozilla/5.0", "gzip, deflate", `"gzip"`)},
		{Name: "parameter", Finds: `its coding "gzip;q=1" is not one word`, HTTP: asksFor("Mozilla/5.0", "gzip, deflate", "gzip;q=1")},
		{Name: "empty", Finds: "one of its Content-Encoding fields is empty", HTTP: asksFor("Mozilla/5.0", "gzip, deflate", "gzip\n< Content-Encoding:")},
		{Name: "asked", HTTP: asksFor("Mozilla/5.0", "gzip, deflate, br, zstd", "br")},
		{Name: "any", HTTP: asksFor("curl/8.5.0", "*", "br")},
		{Name: "gzip-unasked", HTTP: asksFor("curl/8.5.0", "", "gzip")},
		{Name: "old-name", HTTP: asksFor("curl/8.5.0", "gzip", "x-gzip")},
		{Name: "no-coding", HTTP: asksFor("Mozilla/5.0", "gzip, deflate", "utf-8")},
	},
})

// httpCoding reports whether name is a content coding that clients undo.
func httpCoding(name string) bool {
	switch strings.ToLower(name) {
	case "gzip", "x-gzip", "deflate", "br", "zstd":
		return true
	}
	return false
}

// offers reports whether an Accept-Encoding allows the coding: its own member
// decides, else that of "*".
func offers(accepted []string, coding string) bool {
	coding = strings.TrimPrefix(strings.ToLower(coding), "x-")
	any := false
	for _, member := range accepted {
		name, parameter, _ := strings.Cut(member, ";")
		_, q, _ := strings.Cut(parameter, "=")
		refused := q != "" && strings.Trim(q, "0. ") == ""
		switch name = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "x-"); name {
		case coding:
			return !refused
		case "*":
			any = !refused
		}
	}
	return any
}

// fromBrowser reports whether a browser sent the request: unlike Browser, a
// request without User-Agent is not taken for one.
func (c *Case) fromBrowser() bool {
	h := c.X.Request.Header
	return strings.HasPrefix(h.Get("User-Agent"), "Mozilla/") || h.Has("Sec-Fetch-Mode")
}

func (c *Case) codingFinding(severity exchange.Severity, verdict, brief string) *Finding {
	return &Finding{
		Severity: severity, Verdict: verdict, Short: clip(brief, shortCells),
		Evidence: []exchange.Evidence{c.requestField("Accept-Encoding", ""), c.responseField("Content-Encoding", ""), c.responseField("Vary", "")},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "To see the content all the same:", Copy: c.curl("--compressed")},
			Server: exchange.Advice{Text: "Compress only as the request asks, and tell caches so:", Copy: "Vary: Accept-Encoding"},
		},
	}
}

func asksFor(agent, accepts, coding string) string {
	s := "> GET http://api.test/items HTTP/1.1\n> User-Agent: " + agent + "\n"
	if accepts != "" {
		s += "> Accept-Encoding: " + accepts + "\n"
	}
	return s + "< HTTP/1.1 200 OK\n< Content-Type: text/plain\n< Content-Encoding: " + coding + "\n< Content-Length: 0"
}
