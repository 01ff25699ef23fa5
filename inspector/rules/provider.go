package rules

import (
	"encoding/json"
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// providerError is an error in the form of one provider or protocol, as read
// from a response's content or fields.
type providerError struct {
	// By is who says it, e.g. "Stripe".
	By string
	// Code is the provider's own code, Message its words; either may be empty.
	Code, Message string
	// Part and Name are where it stands; Part "" is the response's content.
	Part exchange.Part
	Name string
	// Hint is what is known of the code.
	Hint providerHint
	// Extra is further evidence.
	Extra []exchange.Evidence
	// Expected: such errors belong to a normal flow.
	Expected bool
}

// providerHint is what a provider's documentation says of one of its codes: its
// meaning as a sentence, and what to do about it with a line to paste.
type providerHint struct{ Means, Client, Copy, Server, ServerCopy string }

// providerFinding is the finding about e: an error where the status is one too,
// a warning behind a status of success, and where nothing was found.
func (c *Case) providerFinding(e providerError) *Finding {
	code, message := excerpt(e.Code, 60), strings.TrimSuffix(excerpt(e.Message, 140), ".")
	f := &Finding{Short: clip(code, shortCells)}
	switch {
	case code != "" && message != "" && code != message:
		f.Verdict = fmt.Sprintf("%s says %s: %q.", e.By, code, message)
	case code != "":
		f.Verdict = fmt.Sprintf("%s says %s.", e.By, code)
	default:
		f.Verdict = fmt.Sprintf("%s says: %q.", e.By, message)
		f.Short = clip(message, shortCells)
	}
	if e.Hint.Means != "" {
		f.Verdict += " " + e.Hint.Means
	}
	switch s := c.X.Response.Status; {
	case e.Expected:
		f.Severity = exchange.SeverityInfo
	case s < 400 || s == 404 || s == 410:
		f.Severity = exchange.SeverityWarning
	default:
		f.Severity = exchange.SeverityError
	}
	part, name, value := e.Part, e.Name, code
	if part == "" {
		part = exchange.ResponseBody
	}
	if value == "" {
		value = message
	}
	f.Evidence = append([]exchange.Evidence{c.statusLine(""), {Part: part, Name: name, Value: value}}, e.Extra...)
	f.Fix.Client = exchange.Advice{Text: e.Hint.Client, Copy: e.Hint.Copy}
	if f.Fix.Client.Text == "" {
		f.Fix.Client.Text = "Correct what it names and try again:"
	}
	if f.Fix.Client.Copy == "" {
		f.Fix.Client.Copy = c.curl()
		if !strings.HasSuffix(f.Fix.Client.Text, ":") {
			f.Fix.Client.Text += " To see it again:"
		}
	}
	if e.Expected {
		f.Fix.Client = exchange.Advice{Text: "Nothing to change."}
	}
	if e.Hint.Server != "" {
		f.Fix.Server = exchange.Advice{Text: e.Hint.Server, Copy: e.Hint.ServerCopy}
	}
	return f
}

// inBody is evidence from the response's content.
func inBody(name, value, note string) exchange.Evidence {
	return exchange.Evidence{Part: exchange.ResponseBody, Name: name, Value: excerpt(value, 100), Note: note}
}

// object is the member of a JSON object that is an object itself, nil if it is
// none.
func object(v any, name string) map[string]any {
	o, _ := v.(map[string]any)
	inner, _ := o[name].(map[string]any)
	return inner
}

// text is the member of a JSON object that is a text, "" if it is none. Other
// than member it takes the exact name alone.
func text(v any, name string) string {
	o, _ := v.(map[string]any)
	s, _ := o[name].(string)
	return s
}

// number is the member of a JSON object that is an integer.
func number(v any, name string) (n int, ok bool) {
	o, _ := v.(map[string]any)
	x, ok := o[name].(float64)
	return int(x), ok && x == float64(int(x))
}

// list is the member of a JSON object that is an array, nil if it is none.
func list(v any, name string) []any {
	o, _ := v.(map[string]any)
	l, _ := o[name].([]any)
	return l
}

// sentJSON is the request's content as JSON, nil if it is none or not whole.
func (c *Case) sentJSON() any {
	return c.sent.get(func() any {
		b := &c.X.Request.Body
		if !isJSON(c.X.Request.MediaType()) || !b.Whole() || c.X.Request.Header.Has("Content-Encoding") {
			return nil
		}
		return parseJSON(string(b.Data))
	})
}

// onHost reports whether the request went to the domain or a subdomain of it.
func (c *Case) onHost(domain string) bool {
	u := c.URL()
	if u == nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// compact is a JSON value on one line.
func compact(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// ownFormat reports whether the content reports an error in a format whose
// place is a status of success: GraphQL, JSON-RPC, Slack and bulk requests.
func (c *Case) ownFormat() bool {
	return graphQLErrors(c) != nil || jsonRPCError(c) != nil || slackError(c) != "" || failedItems(c) != nil
}

// expectedError reports whether the error is a step of a flow that works: the
// device flow of OAuth polls until the user has finished (RFC 8628 section 3.5).
func (c *Case) expectedError() bool {
	code := text(c.JSON(), "error")
	return code == "authorization_pending" || code == "slow_down"
}

// foreignFields reports whether what looks like a list of fields is something
// else: GraphQL's errors have the path of an output, and the details of a Status
// of Kubernetes name the object.
func (c *Case) foreignFields() bool {
	return graphQLErrors(c) != nil || text(c.JSON(), "kind") == "Status" && text(c.JSON(), "apiVersion") == "v1"
}
