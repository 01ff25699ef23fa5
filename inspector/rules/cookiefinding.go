package rules

import (
	"fmt"
	"strconv"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

const rfcCookies = "https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html"

// maxCookieEvidence is the number of cookies that a finding shows.
const maxCookieEvidence = 3

// refused are the cookies of the response that browsers drop for this reason.
func (c *Case) refused(reason cookieRefusal) []*storedCookie {
	return c.cookiesThat(func(k *storedCookie) bool { return k.Refusal == reason })
}

func (c *Case) cookiesThat(is func(*storedCookie) bool) []*storedCookie {
	var found []*storedCookie
	for _, k := range c.Cookies() {
		if is(k) {
			found = append(found, k)
		}
	}
	return found
}

// refusal completes a finding about cookies that browsers drop. Other clients
// have rules of their own, and where the exchange failed the cookie is hardly
// why.
func (c *Case) refusal(ks []*storedCookie, f *Finding) *Finding {
	if !c.Browser() {
		f.Severity = exchange.SeverityInfo
		f.Verdict += " This client is no browser and may keep it."
	} else if c.X.Response.Status >= 400 && f.Severity == "" {
		f.Severity = exchange.SeverityWarning
	}
	return c.cookieFinding(ks, f)
}

// cookieFinding completes a finding about some cookies of the response: the
// first of them is in the verdict, the lines of all are the evidence.
func (c *Case) cookieFinding(ks []*storedCookie, f *Finding) *Finding {
	if n := len(ks) - 1; n > 0 {
		f.Verdict += fmt.Sprintf(" The same goes for %s of this response.", plural(n, "other cookie", "other cookies"))
	}
	var lines []exchange.Evidence
	for _, k := range ks[:min(len(ks), maxCookieEvidence)] {
		value := k.masked()
		if value == "" {
			value = "empty"
		}
		lines = append(lines, exchange.Evidence{Part: exchange.ResponseHeader, Name: "Set-Cookie", Value: value, Note: k.Detail})
	}
	f.Evidence = append(lines, f.Evidence...)
	return f
}

// label names the cookie in a sentence.
func (k *setCookie) label() string {
	if k.Name == "" {
		return "without a name"
	}
	name := clip(k.Name, 40)
	if strings.ContainsFunc(name, isControl) {
		name = strings.Trim(strconv.QuoteToASCII(name), `"`)
	}
	return name
}

// masked is the field's value for display: the cookie's value is a secret, and
// so may be what stands in attributes that are none.
func (k *setCookie) masked() string { return maskSetCookie(k.Line) }

func maskSetCookie(line string) string {
	k := parseSetCookie(line)
	pair, _, _ := strings.Cut(content.MaskField("Set-Cookie", line), ";")
	parts := []string{clip(pair, 60)}
	for _, a := range k.Attributes {
		switch {
		case !a.HasValue:
			parts = append(parts, clip(a.Name, 60))
		case !knownAttribute(a.Name):
			parts = append(parts, clip(a.Name, 60)+"="+content.MaskSecret(a.Value))
		case strings.EqualFold(a.Name, "Expires"):
			parts = append(parts, a.Name+"="+clip(a.Value, 60))
		default:
			value, folded, more := strings.Cut(a.Value, ",")
			if more {
				value += ", " + clip(content.MaskField("Cookie", cookieSpace(folded)), 60)
			}
			parts = append(parts, a.Name+"="+clip(value, 120))
		}
	}
	return clip(strings.Join(parts, "; "), 400)
}

// cookieLine is a corrected Set-Cookie field to paste.
func (k *setCookie) cookieLine(without []string, added ...string) string {
	return "Set-Cookie: " + maskSetCookie(k.with(without, added...))
}

// knownAttribute reports whether browsers, or servers of the time of RFC 2965,
// know the attribute.
func knownAttribute(name string) bool {
	switch strings.ToLower(name) {
	case "secure", "httponly", "partitioned", "domain", "path", "samesite", "max-age", "expires", "priority",
		"sameparty", "version", "comment", "commenturl", "discard", "port":
		return true
	}
	return false
}
