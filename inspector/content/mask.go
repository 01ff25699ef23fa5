package content

import "strings"

// Masked stands for a secret that is too short to show any of it.
const Masked = "***"

const (
	// maskHead and maskTail are how much of a long secret is shown: enough to
	// tell two tokens apart.
	maskHead, maskTail = 6, 4
	// maskWhole is the length below which a secret is hidden whole: of what is
	// longer, the hidden part alone must be too much to guess.
	maskWhole = 24
)

// MaskSecret hides a secret for display: the first 6 and the last 4 bytes of a
// long one are kept, nothing of a short one. Of a JWT, the last 4 are those of
// the claims: its signature is never shown.
func MaskSecret(s string) string {
	if s == "" || masked(s) {
		return s
	}
	if LooksLikeJWT(s) {
		if parts := strings.Split(s, "."); len(parts) >= 2 {
			s = parts[0] + "." + parts[1]
		}
	}
	if len(s) < maskWhole || !plain(s) {
		return Masked
	}
	return s[:maskHead] + "…" + s[len(s)-maskTail:]
}

// masked reports whether s is what MaskSecret makes of a long secret: masking it
// again changes nothing.
func masked(s string) bool {
	return len(s) == maskHead+len("…")+maskTail && s[maskHead:maskHead+len("…")] == "…"
}

// plain reports whether s is visible ASCII, which can be cut anywhere.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// MaskField hides the secrets in the value of a header field. Values without a
// secret are returned as they are.
func MaskField(name, value string) string {
	switch n := strings.ToLower(name); {
	case value == "":
		return value
	case n == "authorization" || n == "proxy-authorization":
		return maskCredentials(value)
	case n == "cookie":
		return maskCookies(value)
	case n == "set-cookie":
		pair, attributes, more := strings.Cut(value, ";")
		if more {
			attributes = ";" + attributes
		}
		return maskPair(pair) + attributes
	case n == "dpop" || secretName(n):
		return MaskSecret(value)
	case n == "location" || n == "content-location" || n == "referer" || n == "refresh":
		return MaskURL(value)
	default:
		return MaskText(value)
	}
}

// maskCredentials hides credentials (RFC 9110 section 11.4): the token68 of a
// scheme, or those of its parameters that are secret.
func maskCredentials(v string) string {
	scheme, rest := splitScheme(v)
	switch {
	case rest == "":
		return MaskSecret(v)
	case scheme == "":
		return MaskSecret(rest)
	case strings.EqualFold(scheme, "Basic"):
		// Base64: the ends would show the user's name and the end of the password.
		return scheme + " " + Masked
	case knownParameters(scheme):
		return scheme + " " + maskParameters(rest)
	default:
		return scheme + " " + MaskSecret(rest)
	}
}

// knownParameters names the schemes whose credentials are name=value pairs.
func knownParameters(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "digest", "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256", "signature", "hawk", "oauth", "mac", "scram-sha-256":
		return true
	}
	return false
}

// publicParameters are those whose values explain a rejection and prove
// nothing; all others are hidden.
var publicParameters = map[string]bool{
	"username": true, "realm": true, "nonce": true, "uri": true, "qop": true, "nc": true, "cnonce": true,
	"algorithm": true, "opaque": true, "userhash": true, "credential": true, "signedheaders": true, "keyid": true,
	"headers": true, "created": true, "expires": true, "id": true, "ts": true, "ext": true, "version": true,
	"oauth_version": true, "oauth_signature_method": true, "oauth_timestamp": true, "oauth_nonce": true,
	"oauth_consumer_key": true,
}

func maskParameters(v string) string {
	members := strings.Split(v, ",")
	for i, m := range members {
		name, value, ok := strings.Cut(m, "=")
		if ok && publicParameters[strings.ToLower(strings.TrimSpace(name))] {
			continue
		}
		if !ok {
			members[i] = MaskSecret(m)
			continue
		}
		quote := ""
		if strings.HasPrefix(value, `"`) {
			quote = `"`
		}
		members[i] = name + "=" + quote + MaskSecret(strings.Trim(value, `"`)) + quote
	}
	return strings.Join(members, ",")
}

func maskCookies(v string) string {
	pairs := strings.Split(v, ";")
	for i, p := range pairs {
		pairs[i] = maskPair(p)
	}
	return strings.Join(pairs, ";")
}

// maskPair hides the value of name=value. A cookie without a name is all value.
func maskPair(p string) string {
	name, value, ok := strings.Cut(p, "=")
	if !ok {
		blank := p[:len(p)-len(strings.TrimLeft(p, " "))]
		return blank + MaskSecret(p[len(blank):])
	}
	return name + "=" + MaskSecret(value)
}

// secretName reports whether a header field, parameter or JSON member with
// this name holds a secret.
func secretName(name string) bool {
	n := normalName(name)
	if publicNames[n] {
		return false
	}
	for _, word := range secretWords {
		if strings.Contains(n, word) {
			return true
		}
	}
	return secretNames[n]
}

var nameNormaliser = strings.NewReplacer("-", "", "_", "", ".", "", " ", "", "[]", "", "%5B%5D", "")

func normalName(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		return name // as most are
	}
	return nameNormaliser.Replace(strings.ToLower(name))
}

var (
	secretWords = []string{
		"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "authorization",
		"sessionid", "clientassertion",
	}
	secretNames = map[string]bool{
		"pwd": true, "pass": true, "pin": true, "otp": true, "totp": true, "cvc": true, "cvv": true, "xauth": true,
		"codeverifier": true, "samlresponse": true, "assertion": true, "xamzsignature": true, "xgoogsignature": true,
		"phpsessid": true, "jsessionid": true, "cardnumber": true, "refreshjwt": true, "accessjwt": true, "jwt": true,
	}
	// publicNames contain a word of the above and are no secrets.
	publicNames = map[string]bool{
		"tokentype": true, "tokenendpoint": true, "tokenexpires": true, "tokenexpiresin": true, "tokenexpiry": true,
		"maxtokens": true, "totaltokens": true, "prompttokens": true, "completiontokens": true, "inputtokens": true,
		"outputtokens": true, "tokens": true, "issuedtokentype": true, "subjecttokentype": true,
		"requestedtokentype": true, "tokenendpointauthmethod": true, "passwordresetrequired": true,
		"awsaccesskeyid": true, "accesskeyid": true, "wwwauthenticate": true, "xratelimitremainingtokens": true,
		"xratelimitlimittokens": true, "xratelimitresettokens": true, "secretname": true, "tokenname": true,
		"accesscontrolallowheaders": true,
	}
	// randomNames are secrets only if their value looks random: OAuth's code,
	// but not code=404.
	randomNames = map[string]bool{
		"code": true, "key": true, "sig": true, "signature": true, "auth": true, "sid": true, "session": true,
		"state": true, "hash": true, "hmac": true, "ticket": true,
	}
)

// secretValue reports whether name=value is a secret.
func secretValue(name, value string) bool {
	if value == "" || value == Masked || strings.Contains(value, "…") {
		return false
	}
	return secretName(name) || randomNames[normalName(name)] && looksRandom(value) || LooksLikeJWT(value)
}

// MaskValue hides value if the name of its form field, query parameter, part or
// JSON member says that it is a secret, or if it plainly is one.
func MaskValue(name, value string) string {
	if secretValue(name, value) {
		return MaskSecret(value)
	}
	return value
}

// looksRandom reports whether s is one word of at least 16 bytes with letters
// and digits, as made by a generator.
func looksRandom(s string) bool {
	letter, digit := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digit = true
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letter = true
		case c <= ' ' || c > '~':
			return false
		}
	}
	return len(s) >= 16 && letter && digit
}
