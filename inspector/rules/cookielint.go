package rules

import (
	"strings"

	"httpwhy/inspector/spelling"
)

// cookieTypo is an attribute that does not do what it seems to.
type cookieTypo struct {
	cookieAttribute
	// Effect completes a sentence that begins with the attribute; Instead is the
	// attribute that may be meant. Set: it has an effect all the same.
	Effect, Instead string
	Set             bool
}

// shown is the attribute for display.
func (t *cookieTypo) shown() string {
	if !t.HasValue {
		return clip(t.Name, 40)
	}
	return clip(t.Name+"="+t.Value, 60)
}

// typos are the attributes of k that have no effect, or one that does not fit
// their value.
func (k *setCookie) typos() []cookieTypo {
	var found []cookieTypo
	add := func(a cookieAttribute, effect, instead string) {
		found = append(found, cookieTypo{cookieAttribute: a, Effect: effect, Instead: instead})
	}
	ends := "; the cookie ends with the session"
	if k.HasMaxAge || !k.Expires.IsZero() {
		ends = ""
	}
	for _, a := range k.Attributes {
		if strings.Contains(a.Value, ",") && foldedPair(a) != "" {
			continue // what cookie-folded says
		}
		if len(a.Value) > maxCookieAttribute {
			add(a, "is longer than 1024 bytes and left out", "")
			continue
		}
		switch strings.ToLower(a.Name) {
		case "secure", "httponly", "partitioned":
			if v := strings.ToLower(a.Value); v == "false" || v == "0" || v == "no" || v == "off" {
				found = append(found, cookieTypo{a, "sets " + a.Name + " all the same", "", true})
			}
		case "samesite":
			if k.SameSite == "" && a.HasValue && a.Value != "" {
				add(a, "is no value of SameSite; it counts as Lax", "SameSite=Lax")
			}
		case "max-age":
			if _, ok := cookieAge(a.Value); !ok {
				add(a, "is no number of seconds"+ends, "Max-Age=3600")
			}
		case "expires":
			// 0 and -1 are the usual ways to ask for a session's end with older clients.
			if _, ok := parseCookieDate(a.Value); !ok && ends != "" && a.Value != "0" && a.Value != "-1" && !strings.EqualFold(a.Value, "session") {
				add(a, "is no date"+ends, "Max-Age=3600")
			}
		case "path":
			if a.Value != "" && a.Value[0] != '/' {
				add(a, "does not begin with a slash; the cookie is for the directory of this URL", "Path=/")
			}
		default:
			if meant := meantAttribute(a.Name); meant != "" {
				instead := meant
				if a.HasValue {
					instead += "=" + a.Value
				}
				add(a, "is no attribute; "+meant+" is meant", instead)
			}
		}
	}
	return found
}

// meantAttribute is the attribute that name is a misspelling of, "" if none is
// close: unknown attributes are allowed.
func meantAttribute(name string) string {
	if knownAttribute(name) || len(name) < 4 {
		return ""
	}
	n := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	for _, known := range []string{"Secure", "HttpOnly", "Partitioned", "Domain", "Path", "SameSite", "Max-Age", "Expires"} {
		k := strings.ReplaceAll(strings.ToLower(known), "-", "")
		if n == k || len(k) > 5 && len(n) > 4 && spelling.Distance(n, k) == 1 || n == "expiry" && known == "Expires" {
			return known
		}
	}
	return ""
}

// folded is the text in which a second cookie is joined to k by a comma, up to
// its "="; "" if there is none.
func (k *setCookie) folded() string {
	if pair := foldedPair(cookieAttribute{Name: k.Name, Value: k.Value, HasValue: true}); pair != "" && k.Name != "" {
		return k.Name + "=" + pair
	}
	for _, a := range k.Attributes {
		// "Secure, theme=dark" has the comma in what is read as its name.
		if flag, name, ok := strings.Cut(a.Name, ", "); ok && a.HasValue && knownAttribute(flag) && isToken(name) {
			return a.Name + "="
		}
		if !strings.EqualFold(a.Name, "Expires") && knownAttribute(a.Name) {
			if pair := foldedPair(a); pair != "" {
				return a.Name + ";" + pair
			}
		}
	}
	return ""
}

// foldedPair is the part of the value up to the "=" of a second cookie behind a
// comma, "" if there is none. "," without a space occurs in values.
func foldedPair(a cookieAttribute) string {
	text := a.Value
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return ""
	}
	head, rest, ok := strings.Cut(text, ", ")
	name, _, ok2 := strings.Cut(rest, "=")
	if !ok || !ok2 || !isToken(name) || strings.ContainsAny(head, " ") {
		return ""
	}
	return head + ", " + name + "="
}

// twiceSent is a cookie that the request carries more than once with different
// values, and how often; "" if there is none.
func (c *Case) twiceSent() (name string, times int) {
	if cookies := joined(c.X.Request.Header, "Cookie", ";"); strings.Count(cookies, "=") < 2 || !strings.Contains(cookies, ";") {
		return "", 0 // one at most
	}
	lines := c.X.Request.Header.Values("Cookie")
	seen := map[string]string{}
	for pair := range strings.SplitSeq(strings.Join(lines, "; "), ";") {
		n, v, ok := strings.Cut(cookieSpace(pair), "=")
		if !ok || n == "" {
			continue
		}
		if old, again := seen[n]; again && old != v && name == "" {
			name = n
		}
		seen[n] = v
	}
	if name == "" {
		return "", 0
	}
	for pair := range strings.SplitSeq(strings.Join(lines, "; "), ";") {
		if n, _, ok := strings.Cut(cookieSpace(pair), "="); ok && n == name {
			times++
		}
	}
	return name, times
}

// twiceSet are the cookies with one name that the response sets for different
// paths or domains. Deleting the one and setting the other is tidy.
func (c *Case) twiceSet() []*storedCookie {
	if len(c.X.Response.Header.Values("Set-Cookie")) < 2 {
		return nil
	}
	now, _ := c.Now()
	first := map[string]*storedCookie{}
	for _, k := range c.Cookies() {
		if k.Refusal != "" || k.deleted(now) {
			continue
		}
		if f := first[k.Name]; f != nil && (f.Path != k.Path || f.Domain != k.Domain) {
			return []*storedCookie{f, k}
		}
		first[k.Name] = k
	}
	return nil
}

// sessionName reports whether a cookie of this name is likely the proof of who
// the user is. Tokens against forgery are meant to be read by scripts.
func sessionName(name string) bool {
	n := strings.ToLower(name)
	for _, prefix := range []string{"__host-http-", "__host-", "__http-", "__secure-"} {
		n = strings.TrimPrefix(n, prefix)
	}
	if strings.Contains(n, "csrf") || strings.Contains(n, "xsrf") {
		return false
	}
	switch n {
	case "sid", "ssid", "auth", "jwt", "token", "session", "remember_me", "rememberme":
		return true
	}
	for _, word := range []string{"sessid", "session_id", "sessionid", "session-id", "session-token", "session_token", "access_token", "refresh_token", "auth_token", "authtoken", "connect.sid", ".aspnetcore.cookies", ".aspxauth"} {
		if strings.Contains(n, word) {
			return true
		}
	}
	return strings.HasSuffix(n, "_session") || strings.HasSuffix(n, "-session") || strings.HasSuffix(n, ".sid")
}

// unprotected are the attributes that a session cookie lacks.
func (k *setCookie) unprotected(conn cookieConnection) []string {
	var missing []string
	if !k.HTTPOnly {
		missing = append(missing, "HttpOnly")
	}
	if !k.Secure && conn.trusted && !loopbackName(conn.hosts[0]) {
		missing = append(missing, "Secure")
	}
	if _, ok := k.attribute("SameSite"); !ok {
		missing = append(missing, "SameSite=Lax")
	}
	return missing
}
