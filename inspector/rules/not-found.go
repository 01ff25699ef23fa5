package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "not-found", Title: "Nothing is found at this URL", Family: Method, Severity: exchange.SeverityWarning,
	Fallback:  true,
	Explain:   "The server has nothing at this URL, or hides it from this client. Common causes are a wrong prefix or version, a slash too many, and another host.",
	FixClient: "Check path and host.",
	FixServer: "Add the route, or correct the links to it.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-404-not-found",
	When:      status(404, 410),
	Check: func(c *Case) *Finding {
		where := clip(c.Host()+pathOf(c.X.URL), 80)
		f := &Finding{
			Verdict:  fmt.Sprintf("Nothing is found at %s%s.", where, c.quote()),
			Short:    clip(fmt.Sprintf("%d: %s", c.X.Response.Status, pathOf(c.X.URL)), shortCells),
			Evidence: []exchange.Evidence{c.requestLine(""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check path and host:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Add the route, or correct the links to it."},
			},
		}
		if c.unasked() {
			f.Severity = exchange.SeverityInfo
			f.Verdict = fmt.Sprintf("%s has no %s; clients ask for it by themselves.", c.Host(), c.Path())
			f.Fix = exchange.Fix{Client: exchange.Advice{Text: "Nothing to change: clients go on without it."}, Server: exchange.Advice{Text: "Nothing to change, or put the file there."}}
		}
		if there := c.otherMethod(); there != nil {
			f.Severity, f.Related = exchange.SeverityInfo, []exchange.ID{there.ID}
			f.Verdict = fmt.Sprintf("%s is not served at %s: GET was answered %d in #%d.", c.X.Request.Method, where, there.Response.Status, there.ID)
			f.Short = clip(fmt.Sprintf("404 to %s, not to GET", c.X.Request.Method), shortCells)
			f.Evidence = append(f.Evidence, sequence(there, "the same URL", "GET", statusText(there.Response)))
			f.Fix = exchange.Fix{Client: exchange.Advice{Text: "Use GET:", Copy: curl(http.MethodGet, c.X.URL)}, Server: exchange.Advice{Text: "Serve HEAD wherever GET is served; to other methods answer 405:", Copy: "HTTP/1.1 405 Method Not Allowed\nAllow: GET, HEAD"}}
		}
		if made := c.Links.Made; made != nil {
			f.Severity, f.Related = exchange.SeverityInfo, []exchange.ID{made.ID}
			f.Verdict = fmt.Sprintf("Nothing was at %s yet: PUT made it in #%d.", where, made.ID)
			f.Evidence = append(f.Evidence, sequence(made, "the same URL", "PUT", statusText(made.Response)))
			f.Fix = exchange.Fix{Client: exchange.Advice{Text: "Nothing to change."}, Server: exchange.Advice{Text: "Nothing to change."}}
		} else if c.asksWhether() && f.Severity != exchange.SeverityInfo {
			f.Severity = exchange.SeverityInfo
			f.Verdict = fmt.Sprintf("%s asked whether %s exists: it does not.", c.X.Request.Method, where)
		}
		if gone := c.deleted(); gone != nil {
			f.Severity, f.Related = exchange.SeverityInfo, append(f.Related, gone.ID)
			f.Verdict = fmt.Sprintf("Nothing is at %s any more: DELETE removed it in #%d.", where, gone.ID)
			f.Evidence = append(f.Evidence, sequence(gone, "the same URL", "DELETE", statusText(gone.Response)))
			f.Fix = exchange.Fix{Client: exchange.Advice{Text: "Nothing to change."}, Server: exchange.Advice{Text: "Nothing to change."}}
		}
		if c.X.Response.Status == 410 {
			f.Verdict = fmt.Sprintf("What was at %s is gone for good%s.", where, c.quote())
		}
		if g := c.Gateway(); g != nil {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: g.Part, Name: "made by " + g.Generator, Value: g.Proof, Note: "the application was not asked"})
		} else if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		return f
	},
	Examples: []Example{
		{Name: "plain", Finds: "Nothing is found at api.test/items/7.", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "message", Finds: "no such item", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"error":"no such item"}`},
		{Name: "nginx", Finds: "Nothing is found", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: text/html

<center><h1>404 Not Found</h1></center>
<hr><center>nginx/1.22.1</center>`},
		{Name: "unasked", Finds: "shop.test has no /favicon.ico", HTTP: `> GET http://shop.test/favicon.ico HTTP/1.1
> User-Agent: Mozilla/5.0
> Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
> Referer: http://shop.test/
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"statusCode":404,"message":"Cannot GET /favicon.ico"}`},
		{Name: "apt", Finds: "has no /dists/s/InRelease", HTTP: `> GET http://deb.test/dists/s/InRelease HTTP/1.1
> User-Agent: Debian APT-HTTP/1.3 (2.6.1)
< HTTP/1.1 404 Not Found`},
		{Name: "asked", Finds: "Nothing is found at", HTTP: `> GET http://shop.test/favicon.ico HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 404 Not Found`},
		{Name: "head", Finds: "HEAD is not served at notes.test/: GET was answered 200 in #1", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://notes.test/ HTTP/1.1
< HTTP/1.1 200 OK
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> HEAD http://notes.test/ HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "whether", Finds: "HEAD asked whether api.test/v2/app/blobs/1 exists: it does not.", HTTP: `> HEAD http://api.test/v2/app/blobs/1 HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "made", On: 1, Finds: "Nothing was at registry.test/left yet: PUT made it in #2.", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> GET http://registry.test/left HTTP/1.1
< HTTP/1.1 404 Not Found
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> PUT http://registry.test/left HTTP/1.1
> Content-Type: application/json

{"name":"left"}
< HTTP/1.1 201 Created`},
		{Name: "deleted", Finds: "DELETE removed it in #1", HTTP: `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> DELETE http://api.test/items/7 HTTP/1.1
< HTTP/1.1 204 No Content
* took 3ms
* at 2026-11-22T14:00:01Z
* client 127.0.0.1:5000
> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 404 Not Found`},
		{Name: "discovery", Finds: "Nothing is found at", HTTP: `> GET http://shop.test/.well-known/openid-configuration HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 404 Not Found`},
		{Name: "ok", HTTP: `> GET http://api.test/items/7 HTTP/1.1
< HTTP/1.1 200 OK`},
	},
})

// unasked reports whether a browser asked by itself for what sites need not
// have: icons, its own well-known URIs (RFC 8615); robots.txt is asked for by
// all kinds of programs. APT asks for the newer form of an index and for a
// signature, and goes on without them where it may.
func (c *Case) unasked() bool {
	h := &c.X.Request.Header
	switch path := c.Path(); path {
	case "/robots.txt":
		return c.X.Request.Method == http.MethodGet
	case "/favicon.ico", "/browserconfig.xml", "/.well-known/appspecific/com.chrome.devtools.json",
		"/.well-known/change-password", "/.well-known/traffic-advice":
		return strings.HasPrefix(h.Get("User-Agent"), "Mozilla/") || h.Has("Sec-Fetch-Mode")
	default:
		if strings.HasPrefix(h.Get("User-Agent"), "Debian APT-HTTP/") {
			return strings.HasSuffix(path, "/InRelease") || strings.HasSuffix(path, "/Release.gpg") // else Release
		}
		return strings.HasPrefix(path, "/apple-touch-icon") && strings.HasPrefix(h.Get("User-Agent"), "Mozilla/")
	}
}

// otherMethod is the latest success of GET at the same URL if HEAD asked what it
// is about.
func (c *Case) otherMethod() *exchange.Exchange {
	if c.X.Request.Method != http.MethodHead {
		return nil
	}
	for _, y := range slices.Backward(c.Links.SameURL) {
		if y.Request.Method == http.MethodGet && y.Status() >= 200 && y.Status() < 300 {
			return y
		}
	}
	return nil
}

// asksWhether reports whether the request asks if something is there and is no
// use of it: what HEAD and PROPFIND answer is a fact like another.
func (c *Case) asksWhether() bool {
	return c.X.Request.Method == http.MethodHead || c.X.Request.Method == "PROPFIND"
}

// deleted is the DELETE that the same client had answered with success at this
// URL, if nothing else was there since.
func (c *Case) deleted() *exchange.Exchange {
	for _, y := range slices.Backward(c.Links.SameURL) {
		switch {
		case y.Status() == http.StatusNotFound || y.Status() == http.StatusGone:
		case y.Request.Method == http.MethodDelete && y.Status() >= 200 && y.Status() <= 299:
			return y
		default:
			return nil
		}
	}
	return nil
}
