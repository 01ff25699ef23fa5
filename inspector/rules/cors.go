package rules

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// corsCheck is what a browser makes of a response to a cross-origin request:
// the CORS check and, for a preflight, the checks behind it, in the order of
// the Fetch standard.
type corsCheck struct {
	Origin    string
	Preflight bool
	// Confidence is how sure it is that the request is in CORS mode.
	Confidence exchange.Confidence
	// Error is the first check that fails, "" if none does as far as the wire
	// shows. Value is what it fails on.
	Error corsError
	Value string
}

// corsError names a failed check. The names are those of the Chrome DevTools
// Protocol's Network.CorsError, without the prefix "Preflight".
type corsError string

const (
	corsMissing       corsError = "MissingAllowOriginHeader"
	corsMultiple      corsError = "MultipleAllowOriginValues"
	corsInvalid       corsError = "InvalidAllowOriginValue"
	corsMismatch      corsError = "AllowOriginMismatch"
	corsWildcard      corsError = "WildcardOriginNotAllowed"
	corsCredentials   corsError = "InvalidAllowCredentials"
	corsStatus        corsError = "InvalidStatus"
	corsRedirect      corsError = "DisallowedRedirect"
	corsMethodsSyntax corsError = "InvalidAllowMethodsPreflightResponse"
	corsHeadersSyntax corsError = "InvalidAllowHeadersPreflightResponse"
	corsMethod        corsError = "MethodDisallowedByPreflightResponse"
	corsHeader        corsError = "HeaderDisallowedByPreflightResponse"
	corsUserinfo      corsError = "RedirectContainsCredentials"
)

const allowOrigin = "Access-Control-Allow-Origin"

// CORS is the verdict of the CORS checks, nil if the request is not a
// cross-origin request in CORS mode or got no answer from a server.
func (c *Case) CORS() *corsCheck {
	return c.cors.get(func() *corsCheck {
		k := c.corsGate()
		if k != nil {
			k.run(c)
		}
		return k
	})
}

// corsGate tells CORS requests from the others that carry Origin: WebSocket
// handshakes, navigations, beacons and requests in mode no-cors.
func (c *Case) corsGate() *corsCheck {
	x := c.X
	h := x.Request.Header
	if x.Response == nil || x.Synthetic || !h.Has("Origin") || x.Request.Method == http.MethodConnect {
		return nil
	}
	k := &corsCheck{Origin: h.Get("Origin"), Confidence: exchange.Certain}
	k.Preflight = x.Request.Method == http.MethodOptions && h.Has("Access-Control-Request-Method")
	mode := strings.ToLower(h.Get("Sec-Fetch-Mode"))
	switch {
	case strings.EqualFold(k.Origin, origin(c.URL())),
		h.HasToken("Upgrade", "websocket"), h.Has("Sec-WebSocket-Key"),
		x.Response.Status == http.StatusSwitchingProtocols,
		mode != "" && mode != "cors",
		h.Has("Ping-To"), // a followed link with the attribute ping
		strings.EqualFold(h.Get("Sec-Fetch-Site"), "same-origin") && k.Origin != "null":
		return nil
	case k.Preflight:
		return k
	case x.Response.Status == http.StatusNotModified && !c.ownConditions():
		// The check is made on the stored response, which is not here.
		return nil
	case mode == "cors":
		return k
	case h.Has("Upgrade-Insecure-Requests"):
		return nil // a form that was sent by navigation
	}
	if x.Request.Method == http.MethodPost && simplePost(&x.Request) {
		k.Confidence = exchange.Likely // sendBeacon, forms and no-cors look alike
	}
	return k
}

// ownConditions reports whether the page gets to see a 304: the browser's cache
// did not ask for it. A page that sets a condition itself asks leave for it.
func (c *Case) ownConditions() bool {
	for _, name := range []string{"If-None-Match", "If-Modified-Since"} {
		if !c.X.Request.Header.Has(name) {
			continue
		}
		if p := c.Links.Preflight; p == nil || !slices.ContainsFunc(p.Request.Header.List("Access-Control-Request-Headers"), func(n string) bool { return strings.EqualFold(n, name) }) {
			return false
		}
	}
	return true
}

// simplePost reports whether a POST could have been made without CORS: nothing
// in it needs a preflight.
func simplePost(m *exchange.Message) bool {
	switch m.MediaType() {
	case "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data":
	default:
		return false
	}
	for _, f := range m.Header {
		n := strings.ToLower(f.Name)
		if n == "authorization" || strings.HasPrefix(n, "x-") && !strings.HasPrefix(n, "x-forwarded-") {
			return false
		}
	}
	return true
}

func (k *corsCheck) fail(e corsError, value string) { k.Error, k.Value = e, value }

func (k *corsCheck) run(c *Case) {
	h, status := c.X.Response.Header, c.X.Response.Status
	location := redirectTarget(c.X.Response)
	if k.Preflight && location != "" {
		k.fail(corsRedirect, location)
		return
	}
	if k.checkOrigin(h, !k.Preflight && c.X.Request.Header.Has("Cookie")); k.Error != "" {
		return
	}
	switch {
	case k.Preflight && (status < 200 || status > 299):
		k.fail(corsStatus, c.Status())
	case k.Preflight:
		k.checkPreflight(c.X.Request.Header, h)
	case redirectUserinfo(c.URL(), location):
		k.fail(corsUserinfo, content.MaskURL(location))
	}
}

// checkOrigin is the CORS check of the Fetch standard. Whether the credentials
// mode is "include" shows on the wire only where a cookie was sent.
func (k *corsCheck) checkOrigin(h exchange.Header, credentials bool) {
	value := joined(h, allowOrigin, ", ")
	switch {
	case value == "" && !h.Has(allowOrigin):
		k.fail(corsMissing, "")
	case value == "*" && credentials:
		k.fail(corsWildcard, value)
	case value == "*":
	case value == k.Origin:
		if v := strings.Join(h.Values("Access-Control-Allow-Credentials"), ", "); credentials && v != "true" {
			k.fail(corsCredentials, v)
		}
	case strings.ContainsAny(value, " ,"):
		k.fail(corsMultiple, value)
	case value == "null" || validURL(value):
		k.fail(corsMismatch, value)
	default:
		k.fail(corsInvalid, value)
	}
}

func (k *corsCheck) checkPreflight(request, response exchange.Header) {
	methods, bad := tokens(response, "Access-Control-Allow-Methods")
	if bad != "" {
		k.fail(corsMethodsSyntax, bad)
		return
	}
	headers, bad := tokens(response, "Access-Control-Allow-Headers")
	if bad != "" {
		k.fail(corsHeadersSyntax, bad)
		return
	}
	method := request.Get("Access-Control-Request-Method")
	safe := method == http.MethodGet || method == http.MethodHead || method == http.MethodPost
	if !safe && !slices.Contains(methods, method) && !slices.Contains(methods, "*") {
		k.fail(corsMethod, method)
		return
	}
	if missing := missingHeaders(request, headers); len(missing) > 0 {
		k.fail(corsHeader, strings.Join(missing, ", "))
	}
}

// missingHeaders are the names that the request asks for and the response does
// not allow. Chromium takes "*" for Authorization too, against the standard.
func missingHeaders(request exchange.Header, allowed []string) []string {
	var missing []string
	for _, name := range request.List("Access-Control-Request-Headers") {
		ok := slices.ContainsFunc(allowed, func(a string) bool { return a == "*" || strings.EqualFold(a, name) })
		if !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

// tokens returns the members of a list field, and the first that is no token
// (RFC 9110 section 5.6.2).
func tokens(h exchange.Header, name string) (members []string, bad string) {
	for _, v := range h.Values(name) {
		for m := range strings.SplitSeq(v, ",") {
			m = strings.Trim(m, " \t")
			if m == "" {
				continue
			}
			if !isToken(m) {
				return nil, m
			}
			members = append(members, m)
		}
	}
	return members, ""
}

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirectTarget is where a response redirects to as the server spells it, ""
// if nowhere: browsers take the first Location that is not empty.
func redirectTarget(m *exchange.Message) string {
	if !isRedirect(m.Status) {
		return ""
	}
	for _, v := range m.Header.Values("Location") {
		if v != "" {
			return v
		}
	}
	return ""
}

// redirectUserinfo reports whether the redirect's target has a user name or a
// password, which the Fetch standard forbids once a request crossed origins.
func redirectUserinfo(u *url.URL, location string) bool {
	if u == nil {
		return false
	}
	next, err := u.Parse(location)
	if err != nil || next.User == nil {
		return false
	}
	password, _ := next.User.Password()
	return next.User.Username() != "" || password != ""
}

// corsFinding completes a finding of a failed CORS check: what is certain for a
// browser is a hint for other clients, which do not enforce it.
func (c *Case) corsFinding(f *Finding) *Finding {
	k := c.CORS()
	f.Confidence = k.Confidence
	if k.Confidence == exchange.Likely {
		f.Verdict = "Likely: " + f.Verdict
		// The answer to a beacon is not read, so nothing failed; it is mostly empty.
		if m := c.X.Response; m.Status < 400 {
			f.Severity = exchange.SeverityWarning
			if m.Body.Whole() && m.Body.Size == 0 {
				f.Severity = exchange.SeverityInfo
			}
		}
	}
	switch {
	case c.Browser():
	case k.Preflight:
		// Nothing but a browser has a use for a preflight: who sends one by hand
		// tests what browsers will do.
		f.Verdict += " A browser would stop here."
	default:
		f.Severity = exchange.SeverityInfo
		f.Verdict += " This client is no browser and does not enforce it."
	}
	if p := c.Links.Preflight; p != nil {
		f.Related = append(f.Related, p.ID)
	}
	return f
}

// corsCurl repeats the request with its Origin, which the answer depends on.
func (c *Case) corsCurl() string {
	args := []string{"-H", "Origin: " + c.CORS().Origin}
	for _, name := range []string{"Access-Control-Request-Method", "Access-Control-Request-Headers"} {
		if v := c.X.Request.Header.Get(name); v != "" && c.CORS().Preflight {
			args = append(args, "-H", name+": "+v)
		}
	}
	return c.curl(args...)
}

// corsIs returns the check if it failed with e.
func (c *Case) corsIs(e corsError) *corsCheck {
	if k := c.CORS(); k != nil && k.Error == e {
		return k
	}
	return nil
}

const fetchCORS = "https://fetch.spec.whatwg.org/#concept-cors-check"
