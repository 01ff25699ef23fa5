package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "lost-update-conflict", Title: "The resource was changed meanwhile", Family: Method, Severity: exchange.SeverityError,
	Explain:   "If-Match makes a change only if the resource is still the one that was read. 412 says that its ETag is another by now, so that nobody's change is lost. Weak ETags never match, and gateways that compress change the ETag.",
	FixClient: "Read the resource again, apply the change to it, and send the new ETag.",
	FixServer: "Send a strong ETag with every representation that can be changed.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-412-precondition-failed",
	When:      status(409, 412),
	Check: func(c *Case) *Finding {
		sent := c.X.Request.Header.Get("If-Match")
		since := c.X.Request.Header.Get("If-Unmodified-Since")
		if sent == "" && since == "" {
			return nil
		}
		now := c.X.Response.Header.Get("ETag")
		name := "If-Match"
		if sent == "" {
			name = "If-Unmodified-Since"
		}
		why := "the resource was changed after it was read"
		switch bare := strings.TrimSuffix(strings.TrimSuffix(strings.Trim(sent, `"`), "-gzip"), "--gzip"); {
		case strings.HasPrefix(sent, "W/"):
			why = "the ETag is weak (W/), and If-Match needs a strong one"
		case bare != strings.Trim(sent, `"`):
			why = "the ETag carries the suffix of a gateway that compresses"
		case sent != "" && !strings.HasPrefix(sent, `"`) && sent != "*":
			why = "the ETag was sent without its quotation marks"
		case sent == "*":
			why = "the resource does not exist"
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("%s does not hold: %s.", name, why),
			Short:    "changed meanwhile",
			Evidence: []exchange.Evidence{c.requestField(name, ""), c.statusLine(""), c.responseField("ETag", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Read it again and send the new ETag:", Copy: curl("GET", c.X.URL)},
				Server: exchange.Advice{Text: "Send the ETag with the answer:", Copy: `ETag: "VERSION"`},
			},
		}
		if !strings.Contains(why, "changed after") {
			f.Short = "If-Match does not hold"
		}
		if now != "" && sent != "" {
			f.Verdict = strings.TrimSuffix(f.Verdict, ".") + fmt.Sprintf("; it is %s now, %s was sent.", clip(now, 40), clip(sent, 40))
		}
		for i := len(c.Links.Before) - 1; i >= 0; i-- {
			b := c.Links.Before[i]
			if b.URL == c.X.URL && b.Status() >= 200 && b.Status() < 300 && b.Response.Header.Has("ETag") {
				f.Related = []exchange.ID{b.ID}
				f.Evidence = append(f.Evidence, field(b.ID, exchange.ResponseHeader, b.Response.Header, "ETag", fmt.Sprintf("last seen in #%d", b.ID)))
				break
			}
		}
		c.settled(f)
		return f
	},
	Examples: []Example{
		{Name: "stale", Finds: `changed after it was read; it is "v2" now, "v1" was sent`, Also: []string{"bad-request"}, HTTP: `> PUT http://api.test/items/7 HTTP/1.1
> If-Match: "v1"
< HTTP/1.1 412 Precondition Failed
< ETag: "v2"`},
		{Name: "settled", On: 1, Finds: "The client succeeded in #3.", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> PUT http://api.test/items/7 HTTP/1.1
> If-Match: "v1"
< HTTP/1.1 412 Precondition Failed
* took 3ms
* at 2026-11-22T14:00:00.1Z
* client 127.0.0.1:5000
> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK
< ETag: "v2"
* took 3ms
* at 2026-11-22T14:00:00.2Z
* client 127.0.0.1:5000
> PUT http://api.test/items/7 HTTP/1.1
> If-Match: "v2"
< HTTP/1.1 204 No Content`},
		{Name: "weak", Finds: "the ETag is weak", Also: []string{"bad-request"}, HTTP: `> PUT http://api.test/items/7 HTTP/1.1
> If-Match: W/"v1"
< HTTP/1.1 412 Precondition Failed`},
		{Name: "other-conflict", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/items HTTP/1.1
< HTTP/1.1 409 Conflict`},
	},
})
