package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "no-connection-reuse", Title: "Each request opens a connection of its own", Family: Performance, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "A connection costs one round trip, with TLS two or three. Clients keep connections open for the next request unless told not to, or if each request makes a client of its own.",
	FixClient: "Keep one client for all requests.",
	FixServer: "Do not close the connection after each response.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#name-persistence",
	When: when(anyStatus|newConnection, func(x *exchange.Exchange) bool {
		return received(x) && x.Client.Addr.IsValid() && !x.Client.Reused
	}),
	Check: func(c *Case) *Finding {
		run := c.freshRun()
		if len(run) < BurstSize || oneEach(c.X.Request.Header.Get("User-Agent")) {
			return nil
		}
		first := run[0]
		why, e := "the client does not keep its connections", c.requestField("Connection", "the client does not ask for it")
		if c.X.Request.Header.HasToken("Connection", "close") {
			why, e = "the client asks to close each one", c.requestField("Connection", "")
		} else if c.X.Response.Header.HasToken("Connection", "close") {
			why, e = "the server closes each one", c.responseField("Connection", "")
		}
		return &Finding{
			Related: []exchange.ID{first.ID},
			Verdict: fmt.Sprintf("The last %d requests to %s, one after the other, came on a connection each: %s.", len(run), c.Host(), why),
			Short:   "a connection per request",
			Evidence: []exchange.Evidence{
				sequence(first, "the first of them", fmt.Sprintf("from port %d", first.Client.Addr.Port()), ""),
				{Part: exchange.SequencePart, Name: "the last", Value: fmt.Sprintf("from port %d", c.X.Client.Addr.Port()), Note: duration(c.X.Start.Sub(first.Start)) + " later"},
				e,
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Keep one client for all requests, e.g. in Node.js or Python:", Copy: "new https.Agent({ keepAlive: true })\nsession = requests.Session()"},
				Server: exchange.Advice{Text: "Keep connections open, e.g. in nginx:", Copy: "keepalive_timeout 65s;"},
			},
		}
	},
	Examples: []Example{
		{Name: "each", Finds: "The last 10 requests to api.test, one after the other, came on a connection each", HTTP: fresh(10)},
		{Name: "nine", HTTP: fresh(9)},
		{Name: "commands", HTTP: strings.ReplaceAll(fresh(10), "HTTP/1.1\n<", "HTTP/1.1\n> User-Agent: curl/8.5.0\n<")},
	},
})

// freshRun are the latest BurstSize exchanges up to this one, if they came one
// after the other within half a minute, each on a connection of its own.
func (c *Case) freshRun() []*exchange.Exchange {
	n := len(c.Links.Before)
	if n < BurstSize-1 {
		return nil
	}
	run := append(slices.Clone(c.Links.Before[n-(BurstSize-1):]), c.X)
	seen := map[netip.AddrPort]bool{}
	for i, x := range run {
		if !x.Client.Addr.IsValid() || x.Client.Reused || seen[x.Client.Addr] || i > 0 && run[i-1].End().After(x.Start) {
			return nil
		}
		seen[x.Client.Addr] = true
	}
	if c.X.Start.Sub(run[0].Start) > 30*time.Second {
		return nil
	}
	return run
}

func fresh(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:%d\n> GET http://api.test/a%d HTTP/1.1\n< HTTP/1.1 200 OK\n* took 20ms\n", i, 5000+i, i)
	}
	return b.String()
}

// oneEach reports whether the client is a program that a shell runs anew for
// each request: it has no connection to keep.
func oneEach(userAgent string) bool {
	for _, name := range []string{"curl/", "Wget/", "git/", "HTTPie/"} {
		if strings.HasPrefix(userAgent, name) {
			return true
		}
	}
	return false
}
