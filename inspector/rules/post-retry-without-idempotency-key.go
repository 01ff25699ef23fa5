package rules

import (
	"fmt"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "post-retry-without-idempotency-key", Title: "A POST is repeated without a key", Family: REST, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "After a timeout or a 5xx nobody knows whether the first POST took effect; its repetition may do it twice. Idempotency-Key lets the server see that it is the same one.",
	FixClient: "Send the same Idempotency-Key with every attempt.",
	FixServer: "Keep the answer under Idempotency-Key and give it again.",
	Spec:      "https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header",
	When: when(anyStatus|methodPOST|sendsContent, func(x *exchange.Exchange) bool {
		return x.Request.Method == http.MethodPost && x.Request.Body.Size > 0 && !x.Request.Header.Has("Idempotency-Key") && apiLike(x)
	}),
	Check: func(c *Case) *Finding {
		y := c.repeatOf(time.Minute)
		if y == nil || y.End().After(c.X.Start) || !uncertain(y) || c.readsOnly() {
			return nil
		}
		return &Finding{
			Related: []exchange.ID{y.ID},
			Verdict: fmt.Sprintf("The same POST to %s was sent %s before (#%d: %s); nothing tells the server that this is its repetition.", clip(c.Path(), 60),
				duration(c.X.Start.Sub(y.Start)), y.ID, outcome(y)),
			Short: "POST repeated, no key",
			Evidence: []exchange.Evidence{
				sequence(y, "the same POST before", outcome(y), "it may have taken effect"), c.requestField("Idempotency-Key", ""),
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Make one key per operation and send it with every attempt:", Copy: "Idempotency-Key: $(uuidgen)"},
				Server: exchange.Advice{Text: "Keep the answer under Idempotency-Key and give it again."},
			},
		}
	},
	Examples: []Example{
		{Name: "after-503", Finds: "The same POST to /orders was sent 2 s before (#1: 503 Service Unavailable)", HTTP: postTwice("503 Service Unavailable", "")},
		{Name: "with-key", HTTP: postTwice("503 Service Unavailable", "\n> Idempotency-Key: 7f9c")},
		{Name: "after-422", HTTP: postTwice("422 Unprocessable Content", "")},
	},
})

// uncertain reports whether y may have taken effect although it failed.
func uncertain(y *exchange.Exchange) bool {
	switch {
	case y.Failure != nil:
		switch y.Failure.Kind {
		case exchange.ResponseTimeout, exchange.ConnectionReset, exchange.EmptyReply, exchange.ClientGone, exchange.BodyTruncated, exchange.StreamReset:
			return true
		}
		return false
	default:
		return y.Status() >= 500
	}
}

func postTwice(first, fields string) string {
	const request = "> POST http://api.test/orders HTTP/1.1\n> Content-Type: application/json%s\n\n{\"item\":7}\n< HTTP/1.1 %s\n< Location: /orders/1\n* took 10ms\n"
	return "* at 2026-11-22T14:00:00Z\n" + fmt.Sprintf(request, fields, first) + "* at 2026-11-22T14:00:02Z\n" + fmt.Sprintf(request, fields, "201 Created")
}
