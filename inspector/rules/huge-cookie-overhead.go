package rules

import (
	"fmt"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// muchCookie is the size of the cookies from which they are worth a note: half
// of what servers take for a header section by default, 8 KiB.
const muchCookie = 4 << 10

var _ = rule(Rule{
	ID: "huge-cookie-overhead", Title: "Each request carries large cookies", Family: Performance, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "Cookies go along with every request for their site, images and scripts too, and HTTP/1.1 does not compress them. Many servers refuse a header section of more than 8 KiB.",
	FixClient: "Delete cookies that are not used any more.",
	FixServer: "Keep the data on the server, and an identifier in the cookie; narrow Domain and Path.",
	Spec:      "https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-limits",
	When:      when(anyStatus|sendsCookie, received),
	Check: func(c *Case) *Finding {
		total := 0
		type cookie struct {
			name string
			size int
		}
		var cookies []cookie
		for _, v := range c.X.Request.Header.Values("Cookie") {
			if total += len(v); total > maxLocated {
				return nil
			}
			for pair := range strings.SplitSeq(v, ";") {
				name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
				cookies = append(cookies, cookie{name, len(pair)})
			}
		}
		if total < muchCookie || c.X.Response.Status == 431 {
			return nil
		}
		slices.SortStableFunc(cookies, func(a, b cookie) int { return b.size - a.size })
		f := &Finding{
			Verdict:  fmt.Sprintf("Each request to %s carries %s of cookies, %d of them.", c.Host(), content.FormatSize(int64(total)), len(cookies)),
			Short:    clip("cookies: "+content.FormatSize(int64(total)), shortCells),
			Evidence: []exchange.Evidence{},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Delete cookies that are not used any more."},
				Server: exchange.Advice{Text: "Delete what is not needed, each with its own Path and Domain:", Copy: "Set-Cookie: " + clip(cookies[0].name, 40) + "=; Path=/; Max-Age=0"},
			},
		}
		for _, k := range cookies[:min(3, len(cookies))] {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestHeader, Name: "Cookie", Value: clip(k.name, 40), Note: content.FormatSize(int64(k.size))})
		}
		return f
	},
	Examples: []Example{
		{Name: "large", Finds: "Each request to www.test carries 5.9 KiB of cookies, 3 of them", HTTP: "> GET http://www.test/a.png HTTP/1.1\n> Cookie: a=1; state=" +
			strings.Repeat("x", 6000) + "; b=2\n< HTTP/1.1 200 OK"},
		{Name: "usual", HTTP: "> GET http://www.test/a.png HTTP/1.1\n> Cookie: a=1; sid=0123456789abcdef\n< HTTP/1.1 200 OK"},
	},
})

// maxLocated is the size of cookies that are looked at one by one, in bytes.
const maxLocated = 64 << 10
