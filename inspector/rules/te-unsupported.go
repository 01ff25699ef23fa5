package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "te-unsupported", Title: "The server does not take this transfer coding", Family: Content, Severity: exchange.SeverityError,
	Explain: "A client that does not know the length of its content sends it in chunks, by Transfer-Encoding. Old servers and some gateways want Content-Length instead; " +
		"codings other than chunked hardly any server knows.",
	FixClient: "Send the content with its length.",
	FixServer: "Take chunked content, or let the gateway collect it before it passes it on.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-6.1-16",
	When:      status(http.StatusLengthRequired, http.StatusNotImplemented),
	Check: func(c *Case) *Finding {
		codings := c.X.Request.Header.List("Transfer-Encoding")
		if len(codings) == 0 {
			return nil
		}
		status := c.X.Response.Status
		if status == http.StatusNotImplemented && len(codings) == 1 && strings.EqualFold(codings[0], "chunked") && !c.mentions("transfer-encoding", "transfer encoding", "chunked") {
			return nil // it may be the method that is not implemented
		}
		coding := clip(strings.Join(codings, ", "), 40)
		f := &Finding{
			Verdict:  fmt.Sprintf("%s does not take content with Transfer-Encoding: %s; it wants Content-Length.", c.Host(), coding),
			Short:    clip("no "+coding+" content", shortCells),
			Evidence: []exchange.Evidence{c.requestField("Transfer-Encoding", ""), c.requestField("Content-Length", ""), c.statusLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Send the content with its length, i.e. from a file or a string:", Copy: c.curl("--data-binary", "@FILE", "-H", "Transfer-Encoding:")},
				Server: c.collectContent("Collect the content before it is passed on:"),
			},
		}
		if !strings.EqualFold(codings[len(codings)-1], "chunked") || len(codings) > 1 {
			f.Verdict = fmt.Sprintf("%s does not take content with Transfer-Encoding: %s.", c.Host(), coding)
		}
		if n := c.X.Request.Body.Size; n > 0 {
			f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestBody, Name: "size", Value: content.FormatSize(n)})
		}
		return f
	},
	Examples: []Example{
		{Name: "length-required", Finds: "api.test does not take content with Transfer-Encoding: chunked; it wants Content-Length", HTTP: chunkedUpload("chunked", "411 Length Required")},
		{Name: "coding", Finds: "does not take content with Transfer-Encoding: gzip, chunked.", HTTP: chunkedUpload("gzip, chunked", "501 Not Implemented"), Also: []string{"server-error"}},
		{Name: "method-not-implemented", Also: []string{"server-error"}, HTTP: chunkedUpload("chunked", "501 Not Implemented")},
		{Name: "taken", HTTP: chunkedUpload("chunked", "201 Created")},
	},
})

func chunkedUpload(coding, status string) string {
	return "> PUT http://api.test/files/a HTTP/1.1\n> Transfer-Encoding: " + coding + "\n\nabc\n< HTTP/1.1 " + status
}
