package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "double-submit", Title: "The same thing was created twice", Family: Client, Severity: exchange.SeverityWarning,
	Explain:   "A second click, a handler bound twice, or an effect that runs twice sends the same request again before the first answer. The server takes it for a second order.",
	FixClient: "Lock the button until the answer is there.",
	FixServer: "Take an Idempotency-Key, or refuse duplicates by a unique constraint.",
	Spec:      "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header",
	When: when(status2xx|methodPOST|sendsContent, func(x *exchange.Exchange) bool {
		return received(x) && x.Request.Method == http.MethodPost && x.Response.Status == http.StatusCreated && x.Request.Body.Size > 0
	}),
	Check: func(c *Case) *Finding {
		y := c.repeatOf(2 * time.Second)
		if y == nil || y.Status() != http.StatusCreated || c.readsOnly() || c.X.Request.Header.Has("Idempotency-Key") {
			return nil
		}
		// Two answers that name one resource mean that it was not created twice.
		a, b := y.Response.Header.Get("Location"), c.X.Response.Header.Get("Location")
		if a == b && (a != "" || SameContent(&y.Response.Body, &c.X.Response.Body)) {
			return nil
		}
		f := &Finding{
			Confidence: exchange.Likely,
			Related:    []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("The same %d bytes were posted to %s twice within %s (#%d), and both created something.", c.X.Request.Body.Size, clip(c.Path(), 60),
				duration(c.X.Start.Sub(y.Start)), y.ID),
			Short: "created twice in " + short(c.X.Start.Sub(y.Start)),
			Evidence: []exchange.Evidence{
				sequence(y, "the same request before", outcome(y), ""), c.statusLine(""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Lock the button until the answer is there:", Copy: "button.disabled = true; try { await send() } finally { button.disabled = false }"},
				Server: exchange.Advice{Text: "Let the client send a key per operation, and answer a key seen before with the first answer:", Copy: "Idempotency-Key: KEY"},
			},
		}
		if a != "" {
			f.Evidence = append(f.Evidence, field(y.ID, exchange.ResponseHeader, y.Response.Header, "Location", "the first"), c.responseField("Location", "the second"))
		}
		return f
	},
	Examples: []Example{
		{Name: "two-orders", Finds: "The same 10 bytes were posted to /orders twice within 300 ms (#1)", HTTP: twoOrders("/orders/1", "/orders/2")},
		{Name: "one-order", HTTP: twoOrders("/orders/1", "/orders/1")},
	},
})

func twoOrders(first, second string) string {
	const request = "> POST http://api.test/orders HTTP/1.1\n> Content-Type: application/json\n\n{\"item\":7}\n< HTTP/1.1 201 Created\n< Location: %s\n* took 400ms\n"
	return "* at 2026-11-22T14:00:00Z\n" + fmt.Sprintf(request, first) + "* at 2026-11-22T14:00:00.3Z\n" + fmt.Sprintf(request, second)
}
