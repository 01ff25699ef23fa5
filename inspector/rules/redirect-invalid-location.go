package rules

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "redirect-invalid-location", Title: "The destination of a redirect is no valid URL", Family: Redirect, Severity: exchange.SeverityError,
	Explain:   "Location is one URI reference. Clients refuse destinations that they cannot parse, that are given twice and differ, or that leave http.",
	FixClient: "Request the intended URL directly.",
	FixServer: "Send one Location with a valid URL; encode what comes from a parameter.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-location",
	When:      when(status3xx, redirecting),
	Check: func(c *Case) *Finding {
		values := c.X.Response.Header.Values("Location")
		what, works := invalidLocation(values, c.URL())
		if what == "" || preflightRequest(c.X) {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The %d leads nowhere: %s.", c.X.Response.Status, what),
			Short:    clip("bad Location: "+what, 26),
			Evidence: []exchange.Evidence{c.statusLine(""), c.responseField("Location", "")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look at the answer without following it:", Copy: c.curl()},
				Server: exchange.Advice{Text: "Send one valid URL:", Copy: "Location: https://" + c.Host() + "/"},
			},
		}
		if works {
			f.Severity = exchange.SeverityInfo
			f.Verdict = fmt.Sprintf("Location of the %d is not a valid URI: %s. Browsers encode it; others may refuse it.", c.X.Response.Status, what)
		}
		return f
	},
	Examples: []Example{
		{Name: "two", Finds: "Location is given twice, as /a and /b", HTTP: hop(0, "/x", "", "/a\n< Location: /b")},
		{Name: "script", Finds: "it has the scheme javascript", HTTP: hop(0, "/x", "", "javascript:alert(1)")},
		{Name: "no-host", Finds: "it has no host", HTTP: hop(0, "/x", "", "http://")},
		{Name: "port", Finds: "the port 99999 does not exist", HTTP: hop(0, "/x", "", "http://page.test:99999/")},
		{Name: "space", Finds: "it contains a space", HTTP: hop(0, "/x", "", "/ok space")},
		{Name: "same-twice", HTTP: hop(0, "/x", "", "/a\n< Location: /a")},
		{Name: "valid", HTTP: hop(0, "/x", "", "../y?q=%20#part")},
	},
})

// invalidLocation says what is wrong with a destination, "" if nothing is;
// works: clients follow it all the same.
func invalidLocation(values []string, base *url.URL) (what string, works bool) {
	if len(values) == 0 || values[0] == "" {
		return "", false
	}
	v := values[0]
	if i := slices.IndexFunc(values, func(w string) bool { return w != v }); i > 0 {
		return fmt.Sprintf("Location is given twice, as %s and %s", clip(content.MaskURL(v), 60), clip(content.MaskURL(values[i]), 60)), false
	}
	if base == nil {
		return "", false
	}
	next, err := base.Parse(strings.ReplaceAll(v, " ", "%20"))
	if err != nil {
		return "it cannot be parsed", false
	}
	switch scheme := strings.ToLower(next.Scheme); {
	case scheme == "javascript", scheme == "file", scheme == "data", scheme == "blob", scheme == "about", scheme == "vbscript":
		return "it has the scheme " + scheme + ", which no client follows", false
	case scheme != "http" && scheme != "https":
		return "", false // an app's own scheme, e.g. after a login
	case next.Hostname() == "":
		return "it has no host", false
	}
	if port := next.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n > 65535 {
			return "the port " + clip(port, 12) + " does not exist", false
		}
	}
	switch i := strings.IndexFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }); {
	case i >= 0 && v[i] == ' ':
		return "it contains a space", true
	case i >= 0:
		return fmt.Sprintf("byte %d is %#02x, not ASCII", i+1, v[i]), true
	}
	return "", false
}
