package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "request-headers-too-large", Title: "The header of the request is too large", Family: Content, Severity: exchange.SeverityError,
	Explain:   "Servers limit the header section: nginx 8 kB a line, Node 16 kB in all, Apache 8 kB a field. Usually cookies pile up, or a token grows with every role.",
	FixClient: "Clear the cookies of this site.",
	FixServer: "Keep sessions on the server and set fewer, smaller cookies.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc6585.html#section-5",
	When:      status(400, 413, 431, 494),
	Check: func(c *Case) *Finding {
		proof := ""
		if c.mentions("header") {
			proof = headersTooLarge.FindString(c.head(4 << 10))
		}
		if c.X.Response.Status != 431 && c.X.Response.Status != 494 && proof == "" {
			return nil
		}
		total, largest := headerSizes(c.X.Request.Header)
		if len(largest) == 0 {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The request's header of %s is too large for %s; %s takes %s of it.", content.FormatSize(int64(total)), c.Host(), largest[0].name, content.FormatSize(int64(largest[0].size))),
			Short:    clip("header too large: "+content.FormatSize(int64(total)), shortCells),
			Evidence: []exchange.Evidence{c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Clear the cookies of " + c.Host() + ", and try without them:", Copy: c.curl("-H", "Cookie;")},
				Server: c.raiseHeadLimit("Make them smaller; until then raise the limit:"),
			},
		}
		for _, s := range largest[:min(4, len(largest))] {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestHeader, Name: s.name, Value: content.FormatSize(int64(s.size))})
		}
		if proof != "" {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.ResponseBody, Name: "the server says", Value: excerpt(proof, 80)})
		}
		return f
	},
	Examples: []Example{
		{Name: "nginx", Finds: "the cookie session takes 2.9 KiB of it", Also: []string{"bad-request"}, HTTP: "> GET http://api.test/ HTTP/1.1\n> Cookie: a=1; session=" + strings.Repeat("x", 3000) + `
< HTTP/1.1 400 Bad Request
< Content-Type: text/html

<center><h1>400 Bad Request</h1></center>
<center>Request Header Or Cookie Too Large</center>
<hr><center>nginx/1.22.1</center>`},
		{Name: "other-reason", Also: []string{"bad-request"}, HTTP: "> GET http://api.test/ HTTP/1.1\n> Cookie: session=" + strings.Repeat("x", 3000) + `
< HTTP/1.1 400 Bad Request`},
	},
})

var headersTooLarge = regexp.MustCompile(`(?i)Request Header Or Cookie Too Large|Size of a request header field exceeds server limit|Request header (is )?too large|header fields? too large|HeadersTooLarge`)

type namedSize struct {
	name string
	size int
}

// headerSizes are the size of a header section and of its fields, each cookie
// by itself, the largest first.
func headerSizes(h exchange.Header) (total int, largest []namedSize) {
	for _, f := range h {
		total += len(f.Name) + len(f.Value) + 4
		if !strings.EqualFold(f.Name, "Cookie") {
			largest = append(largest, namedSize{clip(f.Name, 40), len(f.Value)})
			continue
		}
		for pair := range strings.SplitSeq(f.Value, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			largest = append(largest, namedSize{"the cookie " + clip(name, 40), len(value)})
		}
	}
	slices.SortStableFunc(largest, func(a, b namedSize) int { return b.size - a.size })
	return total, largest
}
