package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "uncompressed-text", Title: "Text is sent uncompressed", Family: Performance, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "The client takes compressed content, and text mostly shrinks to a third or less.",
	FixClient: "Nothing to change.",
	FixServer: "Compress text.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-content-encoding",
	When: when(status200, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status == 200 && x.Response.Body.State == exchange.WholeBody && x.Response.Body.Size > 4<<10 &&
			!x.Response.Header.Has("Content-Encoding") && strings.Contains(x.Request.Header.Get("Accept-Encoding"), "gzip")
	}),
	Check: func(c *Case) *Finding {
		mime := c.X.Response.MediaType()
		if mime == "" || !textual(c.X.Response) || mime == "text/event-stream" || !c.remote() ||
			strings.Contains(c.X.Response.Header.Get("Cache-Control"), "no-transform") {
			return nil
		}
		size := content.FormatSize(c.X.Response.Body.Size)
		return &Finding{
			Verdict:  fmt.Sprintf("%s sends %s of %s uncompressed, though the client takes gzip.", c.Host(), size, mime),
			Short:    clip(size+" uncompressed", shortCells),
			Evidence: []exchange.Evidence{c.requestField("Accept-Encoding", ""), c.responseField("Content-Encoding", ""), {Part: exchange.ResponseBody, Name: "content", Value: size, Note: mime}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Nothing to change."},
				Server: c.compressText("Compress text:"),
			},
		}
	},
	Examples: []Example{
		{Name: "json", Finds: "www.example.org sends 4.9 KiB of application/json uncompressed", HTTP: longText("www.example.org", "application/json")},
		{Name: "image", HTTP: longText("www.example.org", "image/png")},
		{Name: "this-computer", HTTP: longText("localhost:8080", "application/json")},
	},
})

func longText(host, mime string) string {
	return "> GET http://" + host + "/a HTTP/1.1\n> Accept-Encoding: gzip\n< HTTP/1.1 200 OK\n< Content-Type: " + mime + "\n\n\"" + strings.Repeat("abcde ", 833) + "\"\n"
}
