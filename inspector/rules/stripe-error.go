package rules

import (
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "stripe-error", Title: "Stripe refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "Stripe names the type and the code of an error, the parameter that it is about, and for cards the bank's reason in decline_code.",
	FixClient: "Correct what code and param name.",
	FixServer: "Look at the request in Stripe's log.",
	Spec:      "https://docs.stripe.com/error-codes",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		e := object(c.JSON(), "error")
		if e == nil || !stripeMade(c, e) {
			return nil
		}
		code, decline := firstOf(text(e, "code"), text(e, "type")), text(e, "decline_code")
		p := providerError{By: "Stripe", Code: code, Message: text(e, "message"), Name: "/error/code", Hint: stripeHints[code]}
		if decline != "" {
			p.Code += " (" + decline + ")"
			p.Extra = append(p.Extra, inBody("/error/decline_code", decline, "the bank's reason"))
		}
		for _, name := range []string{"param", "request_log_url", "doc_url"} {
			if v := text(e, name); v != "" {
				p.Extra = append(p.Extra, inBody("/error/"+name, v, ""))
			}
		}
		if id := c.X.Response.Header.Get("Request-Id"); id != "" && p.Hint.Server == "" {
			p.Hint.Server, p.Hint.ServerCopy = "Look at the request in Stripe's log:", "stripe logs tail --filter-request-id "+shell(clip(id, 40))
		}
		return c.providerFinding(p)
	},
	Examples: []Example{
		{Name: "declined", Finds: "Stripe says card_declined (insufficient_funds)", HTTP: `> POST https://api.stripe.com/v1/charges HTTP/1.1
< HTTP/1.1 402 Payment Required
< Content-Type: application/json
< Request-Id: req_8Kd2

{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds."}}`},
		{Name: "other", Also: []string{"bad-request"}, HTTP: `> POST http://api.test/v1/charges HTTP/1.1
< HTTP/1.1 402 Payment Required
< Content-Type: application/json

{"error":{"type":"payment","code":"card_declined","message":"no"}}`},
	},
})

var stripeHints = map[string]providerHint{
	"card_declined":                   {Means: "The card's bank says no; trying the same card again does not help."},
	"resource_missing":                {Means: "There is no such object in this account and mode: test keys see test objects alone.", Client: "Compare the mode of the key, sk_test_ or sk_live_, with the object's:"},
	"api_key_expired":                 {Means: "The key was rolled.", Client: "Take the new key from the dashboard."},
	"authentication_required":         {Means: "The bank wants the customer to confirm (3-D Secure).", Client: "Let the customer confirm:", Copy: "stripe.confirmCardPayment(clientSecret)"},
	"idempotency_error":               {Means: "The same Idempotency-Key was used with other parameters.", Client: "Use a new key for a new request:", Copy: "Idempotency-Key: $(uuidgen)"},
	"idempotency_key_in_use":          {Means: "A request with the same Idempotency-Key is still running."},
	"parameter_missing":               {Means: "A required parameter is missing."},
	"parameter_unknown":               {Means: "The endpoint knows no such parameter; the API version may differ.", Client: "Say which version you wrote for:", Copy: "Stripe-Version: YYYY-MM-DD"},
	"rate_limit":                      {Means: "Too many requests.", Client: "Repeat with growing pauses:"},
	"invalid_request_error":           {Means: "The request is wrong."},
	"livemode_mismatch":               {Means: "Test and live keys or objects are mixed."},
	"testmode_charges_only":           {Means: "The account is not activated for live charges."},
	"url_invalid":                     {Means: "The URL is not valid."},
	"amount_too_small":                {Means: "The amount is below the least for this currency."},
	"payment_intent_unexpected_state": {Means: "The PaymentIntent is in another state than this call needs."},
}

// stripeMade reports whether the error is Stripe's: others use members of the
// same names.
func stripeMade(c *Case, e map[string]any) bool {
	return c.onHost("stripe.com") || c.X.Response.Header.Has("Stripe-Version") ||
		strings.Contains(text(e, "doc_url")+text(e, "request_log_url"), "stripe.com/")
}
