package rules

import (
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "spa-fallback-html", Title: "The page of the app came instead of a file or data", Family: Content, Severity: exchange.SeverityWarning,
	Explain:   "Servers of single-page apps answer every unknown path with the app's page and 200. For scripts, styles and APIs that hides a 404: browsers refuse the type, and JSON.parse fails at the first <.",
	FixClient: "Correct the path.",
	FixServer: "Leave paths of assets and APIs out of the fallback.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-404-not-found",
	When: when(status200|methodGET|answersHTML, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && x.Request.Method == http.MethodGet && strings.HasPrefix(x.Response.MediaType(), "text/html")
	}),
	Check: func(c *Case) *Finding {
		wanted := ""
		switch dest := c.X.Request.Header.Get("Sec-Fetch-Dest"); {
		case dest == "script" || dest == "style" || dest == "worker" || dest == "manifest" || dest == "font":
			wanted = "a " + dest
		case wantsJSON(&c.X.Request):
			wanted = "JSON"
		case assetNames[path.Ext(c.Path())]:
			wanted = "a " + path.Ext(c.Path()) + " file"
		default:
			return nil
		}
		text := c.head(8 << 10)
		if proof := appPage.FindString(text); proof != "" && !passwordField.MatchString(text) {
			return &Finding{
				Confidence: exchange.Likely,
				Verdict:    fmt.Sprintf("Likely: %s does not exist: %s was wanted, and the page of the app came.", clip(pathOf(c.X.URL), 60), wanted),
				Short:      "app's page instead of " + strings.TrimPrefix(wanted, "a "),
				Evidence:   []exchange.Evidence{c.requestLine(""), c.responseField("Content-Type", ""), {Part: exchange.ResponseBody, Name: "content", Value: excerpt(proof, 80)}},
				Fix: exchange.Fix{
					Client: exchange.Advice{Text: "Correct the path:", Copy: c.curl()},
					Server: exchange.Advice{Text: "Leave such paths out of the fallback:", Copy: "location ~ ^/(api|assets)/ { try_files $uri =404; }"},
				},
			}
		}
		return nil
	},
	Examples: []Example{
		{Name: "api", Finds: "/api/items does not exist: JSON was wanted", HTTP: `> GET http://app.test/api/items HTTP/1.1
> Accept: application/json
< HTTP/1.1 200 OK
< Content-Type: text/html

<!doctype html><html><head><title>App</title></head><body><div id="root"></div><script src="/a.js"></script></body></html>`},
		{Name: "page", HTTP: `> GET http://app.test/ HTTP/1.1
> Accept: text/html
< HTTP/1.1 200 OK
< Content-Type: text/html

<!doctype html><html><body><div id="root"></div></body></html>`},
	},
})

var (
	assetNames = map[string]bool{".js": true, ".mjs": true, ".css": true, ".json": true, ".map": true, ".woff2": true, ".wasm": true, ".png": true, ".svg": true}
	appPage    = regexp.MustCompile(`(?i)<div id="?(root|app|__next|__nuxt|svelte)"?|<app-root`)
)
