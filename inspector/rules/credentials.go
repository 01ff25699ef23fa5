package rules

import (
	"maps"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

// challenge is one challenge of WWW-Authenticate (RFC 9110 section 11.6.1).
type challenge struct {
	Scheme string
	// Params are by lower-case name.
	Params map[string]string
}

// challenges parses all challenges of a response.
func challenges(h exchange.Header) []challenge {
	var found []challenge
	for _, member := range h.List("WWW-Authenticate") {
		word, rest, _ := strings.Cut(member, " ")
		name, value, isParam := strings.Cut(member, "=")
		if strings.Contains(word, "=") || isParam && !strings.ContainsAny(strings.TrimSpace(name), " ") {
			if len(found) > 0 && isParam {
				found[len(found)-1].Params[strings.ToLower(strings.TrimSpace(name))] = unquote(value)
			}
			continue
		}
		c := challenge{Scheme: word, Params: map[string]string{}}
		if name, value, ok := strings.Cut(rest, "="); ok {
			c.Params[strings.ToLower(strings.TrimSpace(name))] = unquote(value)
		}
		found = append(found, c)
	}
	return found
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `\`, "")
	}
	return s
}

// bearerError is the error code of a Bearer challenge (RFC 6750 section 3.1),
// with its parameters; "" if there is none.
func bearerError(h exchange.Header) (code string, params map[string]string) {
	for _, c := range challenges(h) {
		if code := c.Params["error"]; code != "" && (strings.EqualFold(c.Scheme, "Bearer") || strings.EqualFold(c.Scheme, "DPoP")) {
			return code, c.Params
		}
	}
	return "", nil
}

// credentials names what the request carries that may prove who sent it: the
// names of fields, of the query's parameters, and "Cookie".
func (c *Case) credentials() []string {
	var names []string
	for _, f := range c.X.Request.Header {
		n := strings.ToLower(f.Name)
		if f.Value == "" {
			continue
		}
		if n == "authorization" || n == "cookie" || n == "dpop" || n == "x-amz-security-token" ||
			strings.Contains(n, "api-key") || strings.Contains(n, "apikey") || strings.Contains(n, "access-key") ||
			strings.Contains(n, "token") && !strings.Contains(n, "csrf") && !strings.Contains(n, "xsrf") ||
			strings.HasPrefix(n, "x-auth") || strings.Contains(n, "session") || strings.Contains(n, "signature") {
			names = append(names, f.Name)
		}
	}
	u := c.URL()
	if u == nil {
		return names
	}
	if u.User != nil {
		names = append(names, "the URL's user name")
	}
	for _, name := range slices.Sorted(maps.Keys(c.query())) {
		n := strings.ToLower(name)
		if n == "key" || n == "sig" || n == "auth" || n == "jwt" || n == "assertion" || strings.Contains(n, "token") || strings.Contains(n, "api_key") ||
			strings.Contains(n, "apikey") || strings.Contains(n, "signature") || strings.Contains(n, "api-key") {
			names = append(names, "the query's "+name)
		}
	}
	return names
}

// curlCredentials are the arguments with which curl answers a challenge of
// the scheme: it computes what is no fixed text by itself.
func curlCredentials(scheme string) []string {
	switch strings.ToLower(scheme) {
	case "basic":
		return []string{"-u", "USER:PASSWORD"}
	case "digest", "ntlm":
		return []string{"--" + strings.ToLower(scheme), "-u", "USER:PASSWORD"}
	case "negotiate": // the user of the Kerberos ticket
		return []string{"--negotiate", "-u", ":"}
	case "aws4-hmac-sha256":
		return []string{"--aws-sigv4", "aws:amz:REGION:SERVICE", "-u", "ACCESS_KEY:SECRET_KEY"}
	default:
		return []string{"-H", "Authorization: " + scheme + " YOUR_TOKEN"}
	}
}

// otherCredentials are the arguments with which curl sends credentials of
// another account in the place where the request has its own.
func (c *Case) otherCredentials() []string {
	h := c.X.Request.Header
	if v := h.Get("Authorization"); v != "" {
		return curlCredentials(schemeOf(v))
	}
	for _, f := range h {
		if n := strings.ToLower(f.Name); strings.Contains(n, "api-key") || strings.Contains(n, "apikey") {
			return []string{"-H", f.Name + ": YOUR_API_KEY"}
		}
	}
	if h.Has("Cookie") {
		return []string{"-b", "COOKIES_OF_THE_OTHER_ACCOUNT"}
	}
	return curlCredentials("Bearer")
}
