package rules

import (
	"fmt"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "nosniff-blocks", Title: "The browser refuses the script or style for its type", Family: Security, Severity: exchange.SeverityWarning,
	Explain: "With X-Content-Type-Options: nosniff a browser runs a script only if Content-Type is a type of JavaScript, and applies a style sheet only if it is text/css. " +
		"The page of a single-page application that answers for a missing file is the usual cause.",
	FixClient: "Check the path of the file.",
	FixServer: "Send the right Content-Type, and 404 for files that do not exist.",
	Spec:      "https://fetch.spec.whatwg.org/#x-content-type-options-header",
	When: when(status200|sendsFetchDest, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && x.Request.Header.Has("Sec-Fetch-Dest") &&
			(x.Response.Header.Has("X-Content-Type-Options") || neverScript(x.Response.MediaType()))
	}),
	Check: func(c *Case) *Finding {
		option, _, _ := strings.Cut(c.X.Response.Header.Get("X-Content-Type-Options"), ",")
		nosniff := strings.EqualFold(strings.TrimSpace(option), "nosniff")
		kind, wants := c.X.Request.Header.Get("Sec-Fetch-Dest"), "text/javascript"
		mime, because := c.X.Response.MediaType(), "nosniff forbids to guess"
		if !nosniff {
			if kind == "style" || !neverScript(mime) {
				return nil
			}
			because = "that is never run"
		}
		switch kind {
		case "script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet":
			// A module may also be JSON or CSS if its import says so, which the
			// wire does not show.
			if javaScriptType.MatchString(mime) || c.X.Request.Header.Get("Sec-Fetch-Mode") == "cors" && (isJSON(mime) || mime == "text/css") {
				return nil
			}
		case "style":
			wants = "text/css"
			if mime == wants {
				return nil
			}
		default:
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("The browser refuses this %s: it is labelled %s, and %s.", kind, firstOf(clip(mime, 40), "with no type"), because),
			Short:    clip(kind+" blocked: "+firstOf(mime, "no type"), shortCells),
			Evidence: []exchange.Evidence{c.requestField("Sec-Fetch-Dest", "what it is wanted for"), c.responseField("Content-Type", ""), c.responseField("X-Content-Type-Options", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Check the path, and look at what is there:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Label the file as what it is:", Copy: "Content-Type: " + wants},
			},
		}
	},
	Examples: []Example{
		{Name: "html-for-script", Finds: "The browser refuses this script: it is labelled text/html", Also: []string{"spa-fallback-html"}, HTTP: `> GET http://www.test/app.js HTTP/1.1
> Sec-Fetch-Dest: script
< HTTP/1.1 200 OK
< Content-Type: text/html
< X-Content-Type-Options: nosniff

<!doctype html><div id="app"></div>`},
		{Name: "image-for-script", Finds: "it is labelled image/svg+xml, and that is never run", Also: []string{"spa-fallback-html"}, HTTP: `> GET http://www.test/app.js HTTP/1.1
> Sec-Fetch-Dest: script
< HTTP/1.1 200 OK
< Content-Type: image/svg+xml

1`},
		{Name: "script", HTTP: `> GET http://www.test/app.js HTTP/1.1
> Sec-Fetch-Dest: script
< HTTP/1.1 200 OK
< Content-Type: text/javascript; charset=utf-8
< X-Content-Type-Options: nosniff

1`},
		{Name: "sniffed", Also: []string{"spa-fallback-html"}, HTTP: `> GET http://www.test/app.js HTTP/1.1
> Sec-Fetch-Dest: script
< HTTP/1.1 200 OK
< Content-Type: text/plain

1`},
	},
})

// javaScriptType matches the types of JavaScript (WHATWG MIME Sniffing section
// 4.6).
var javaScriptType = regexp.MustCompile(`^(?:application/(?:ecmascript|javascript|x-ecmascript|x-javascript)|text/(?:ecmascript|javascript|javascript1\.[0-5]|jscript|livescript|x-ecmascript|x-javascript))$`)

// neverScript reports whether browsers refuse scripts of this type even without
// nosniff (Fetch, "should response to request be blocked due to its MIME type").
func neverScript(mime string) bool {
	return strings.HasPrefix(mime, "image/") || strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/") || mime == "text/csv"
}
