package content

import (
	"encoding/base64"
	"strings"

	"httpwhy/inspector/exchange"
)

// FoundJWT is a token in a header section, readable or not.
type FoundJWT struct {
	// Field is the name of the field as sent; Line counts the field lines of
	// the header from 0.
	Field string
	Line  int
	// Scheme is the authentication scheme as sent, e.g. "Bearer"; "" if the
	// token stood without one, and in cookies.
	Scheme string
	// Cookie is the name of the cookie, "" outside of Cookie.
	Cookie string
	// Token is the token as sent. It is a secret.
	Token string
	// JWT is the token read, nil if Err says why it cannot be.
	JWT *JWT
	Err error
}

// FindJWT returns what looks like a JWT in the fields Authorization,
// Proxy-Authorization, DPoP and Cookie, in wire order.
func FindJWT(h exchange.Header) []FoundJWT {
	var found []FoundJWT
	for i, f := range h {
		switch {
		case strings.EqualFold(f.Name, "Authorization"), strings.EqualFold(f.Name, "Proxy-Authorization"):
			scheme, token := splitScheme(f.Value)
			found = appendJWT(found, FoundJWT{Field: f.Name, Line: i, Scheme: scheme, Token: token})
		case strings.EqualFold(f.Name, "DPoP"):
			found = appendJWT(found, FoundJWT{Field: f.Name, Line: i, Token: strings.Trim(f.Value, " \t")})
		case strings.EqualFold(f.Name, "Cookie"):
			for pair := range strings.SplitSeq(f.Value, ";") {
				name, value, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
				value = strings.Trim(value, ` "`)
				found = appendJWT(found, FoundJWT{Field: f.Name, Line: i, Cookie: name, Token: value})
			}
		}
	}
	return found
}

func appendJWT(found []FoundJWT, f FoundJWT) []FoundJWT {
	if !LooksLikeJWT(f.Token) {
		return found
	}
	f.JWT, f.Err = ParseJWT(f.Token)
	return append(found, f)
}

// splitScheme cuts credentials (RFC 9110 section 11.4) behind the scheme. A
// value of one word is a token without a scheme.
func splitScheme(v string) (scheme, rest string) {
	v = strings.Trim(v, " \t")
	i := strings.IndexAny(v, " \t")
	if i < 0 {
		return "", v
	}
	return v[:i], strings.Trim(v[i:], " \t")
}

// LooksLikeJWT reports whether s was meant to be a JWT, be it a broken one: its
// first part begins with a base64url JSON object that names a JOSE parameter.
// Other tokens begin with JSON as well, e.g. the session cookies of Flask and
// Laravel; they are none.
func LooksLikeJWT(s string) bool {
	// '{' and the white space or quote behind it always encode to these.
	if !strings.HasPrefix(s, "ey") && !strings.HasPrefix(s, "ew") {
		return false
	}
	n := 0
	for n < len(s) && n < 4096 && isBase64URL(s[n]) {
		n++
	}
	head := make([]byte, base64.RawURLEncoding.DecodedLen(n-n%4))
	if _, err := base64.RawURLEncoding.Decode(head, []byte(s[:n-n%4])); err != nil {
		return false
	}
	text := string(head)
	if strings.Contains(text, `"alg"`) {
		return true
	}
	return strings.Contains(s, ".") && (strings.Contains(text, `"typ"`) || strings.Contains(text, `"kid"`))
}
