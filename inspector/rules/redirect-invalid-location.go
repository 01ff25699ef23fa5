package rules

import (
	"fmt"
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
		what, works := c.invalidLocation()
		if what == "" || preflightRequest(c.X) {
			return nil
		}
		f := &Finding{
			Verdict:  fmt.Sprintf("The %d leads nowhere: %s.", c.X.Response.Status, what),
			Short:    clip("bad Location: "+what, shortCells),
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
		{Name: "with-empty", Finds: "Location is given twice, as empty and /b", HTTP: hop(0, "/x", "", "\n< Location: /b")},
		{Name: "blocked-port", Finds: "browsers block the port 6000", HTTP: hopOf("> User-Agent: Mozilla/5.0\n", "http://page.test:6000/")},
		{Name: "mail", Finds: "it has the scheme mailto", HTTP: hopOf("> User-Agent: Mozilla/5.0\n", "mailto:a@b.test")},
		{Name: "userinfo", Finds: "it has a user name or password", HTTP: hopOf("> User-Agent: Mozilla/5.0\n", "http://user@page.test/")},
		{Name: "odd-host", Finds: "\"a^b\" is no host", HTTP: hop(0, "/x", "", "http://a^b/")},
		{Name: "mail-by-navigation", HTTP: hopOf("> User-Agent: Mozilla/5.0\n> Sec-Fetch-Mode: navigate\n", "mailto:a@b.test")},
		{Name: "escapes", HTTP: hop(0, "/x", "", "http://%61pp.test/%zz")},
		{Name: "same-twice", HTTP: hop(0, "/x", "", "/a\n< Location: /a")},
		{Name: "valid", HTTP: hop(0, "/x", "", "../y?q=%20#part")},
	},
})

// invalidLocation says what is wrong with a destination, "" if nothing is;
// works: clients follow it all the same.
func (c *Case) invalidLocation() (what string, works bool) {
	values, base := c.X.Response.Header.Values("Location"), c.URL()
	if len(values) == 0 {
		return "", false
	}
	v := values[0]
	if i := slices.IndexFunc(values, func(w string) bool { return w != v }); i > 0 {
		return fmt.Sprintf("Location is given twice, as %s and %s", orEmpty(clip(content.MaskURL(v), 60)), orEmpty(clip(content.MaskURL(values[i]), 60))), false
	}
	if base == nil || v == "" {
		return "", false
	}
	next := absoluteURL(v, base.Scheme)
	if next == "" { // within the same origin
		return unescaped(v)
	}
	if !validURL(next) {
		return brokenURL(next), false
	}
	if what := c.refusedURL(next); what != "" {
		return what, false
	}
	return unescaped(v)
}

// hopOf is a redirect of a request with the fields given.
func hopOf(fields, location string) string {
	return strings.Replace(hop(0, "/x", "", location), "HTTP/1.1\n", "HTTP/1.1\n"+fields, 1)
}

func orEmpty(s string) string {
	if s == "" {
		return "empty"
	}
	return s
}

// absoluteURL is the URL that v names if v has a scheme or a host, else "": then it
// is valid (URL Standard section 4.4). base is the scheme of the redirect.
func absoluteURL(v, base string) string {
	v = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimFunc(v, func(r rune) bool { return r <= ' ' }))
	authority := func(s string) bool {
		return len(s) > 1 && (s[0] == '/' || s[0] == '\\') && (s[1] == '/' || s[1] == '\\')
	}
	if scheme, rest, ok := strings.Cut(v, ":"); ok && isScheme(scheme) {
		if strings.EqualFold(scheme, base) && !authority(rest) {
			return ""
		}
		return v
	}
	if authority(v) {
		return base + ":" + v
	}
	return ""
}

// brokenURL says what makes an http URL invalid.
func brokenURL(s string) string {
	_, rest, _ := strings.Cut(s, ":")
	switch host, port := authority(strings.TrimLeft(rest, `/\`), `/\?#`); {
	case host == "":
		return "it has no host"
	case !validPort(port):
		return "the port " + clip(port, 12) + " does not exist"
	default:
		return fmt.Sprintf("%q is no host", clip(host, 40))
	}
}

// refusedURL says why the client does not follow a redirect to the valid URL s.
func (c *Case) refusedURL(s string) string {
	scheme, rest, _ := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	switch scheme {
	case "http", "https":
	case "javascript", "file", "data", "blob", "about", "vbscript", "filesystem":
		return "it has the scheme " + scheme + ", which no client follows"
	default: // an app's own scheme, e.g. after a login
		if c.ofPage() {
			return "it has the scheme " + clip(scheme, 20) + ", which the requests of pages cannot follow"
		}
		return ""
	}
	rest = strings.TrimLeft(rest, `/\`)
	_, port := authority(rest, `/\?#`)
	if n, err := strconv.Atoi(port); err == nil && (n == 0 || c.fromBrowser() && slices.Contains(blockedPorts, n)) {
		return fmt.Sprintf("browsers block the port %d", n)
	}
	end := strings.IndexAny(rest+"/", `/\?#`)
	user, _, ok := strings.Cut(rest[:end], "@")
	// That of another origin is what a rule of CORS names.
	if ok && strings.Trim(user, ":") != "" && c.ofPage() && !c.X.Request.Header.Has("Origin") && !c.leavesOriginWithUserinfo() {
		return "it has a user name or password, which the requests of pages must not have"
	}
	return ""
}

// ofPage reports whether a browser made the request for a page, not to navigate.
func (c *Case) ofPage() bool {
	mode := c.X.Request.Header.Get("Sec-Fetch-Mode")
	return c.fromBrowser() && mode != "navigate" && (mode != "" || !strings.Contains(c.X.Request.Header.Get("Accept"), "text/html"))
}

// blockedPorts are those that Chromium 156 opens no connection to: nearly the
// list of the Fetch standard, section 2.9.
var blockedPorts = []int{
	0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
	115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563,
	587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 10080,
}

// unescaped says what of v browsers encode before they follow it.
func unescaped(v string) (what string, works bool) {
	switch i := strings.IndexFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }); {
	case i >= 0 && v[i] == ' ':
		return "it contains a space", true
	case i >= 0:
		return fmt.Sprintf("byte %d is %#02x", i+1, v[i]), true
	}
	return "", false
}
