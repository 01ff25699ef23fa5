package content

import (
	"regexp"
	"strings"
)

// MaskURL hides the password, and the secret parameters of query and fragment.
// All else keeps its spelling. It takes any text that contains URLs.
func MaskURL(u string) string {
	if !strings.ContainsAny(u, "@=.") {
		return u
	}
	if strings.Contains(u, "@") && strings.Contains(u, "://") {
		u = userinfo.ReplaceAllString(u, "${1}"+Masked+"@")
	}
	if strings.Contains(u, "=") {
		u = maskQuery(u)
	}
	return maskJWTs(u)
}

// The patterns are linear in the length of the text (RE2).
var (
	userinfo  = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#@:"']*:)[^\s/?#@"']+@`)
	member    = regexp.MustCompile(`(["'])([^"'\\\n]{1,64})(["']\s*:\s*)("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|-?[0-9]+)`)
	fieldLine = regexp.MustCompile(`(?m)^([<>*+~ \t]*)([A-Za-z0-9_-]{1,64})(:[ \t]*)([^\r\n]+)`)
	fieldArg1 = regexp.MustCompile(`(')([A-Za-z0-9_-]{1,64})(:[ \t]*)([^\r\n']+)`)
	fieldArg2 = regexp.MustCompile(`(")([A-Za-z0-9_-]{1,64})(:[ \t]*)([^\r\n"]+)`)
	bearer    = regexp.MustCompile(`(?i)\b(bearer|dpop|basic)( +)([A-Za-z0-9._~+/=-]{8,})`)
	jwtText   = regexp.MustCompile(`e[yw][A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)*`)
	keyPrefix = regexp.MustCompile(`\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bsk-[A-Za-z0-9_-]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}`)
)

// MaskText hides what looks like a secret in any text: a message head, a JSON
// or form body, a shell command, a URL. What it does not recognise stays.
func MaskText(s string) string {
	if strings.Contains(s, ":") {
		for _, field := range []*regexp.Regexp{fieldLine, fieldArg1, fieldArg2} {
			s = maskMatches(field, s, maskFieldLine)
		}
		s = maskMatches(member, s, maskMember)
	}
	if containsAny(s, "earer", "EARER", "DPoP", "dpop", "asic", "ASIC") {
		s = maskMatches(bearer, s, maskScheme)
	}
	if containsAny(s, "_live_", "_test_", "gh", "sk-", "xox") {
		s = keyPrefix.ReplaceAllStringFunc(s, MaskSecret)
	}
	return MaskURL(s)
}

// containsAny spares a text the patterns that cannot match it.
func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func maskScheme(m []string) string {
	if strings.EqualFold(m[1], "basic") && !looksBasic(m[3]) || !plainToken(m[1], m[3]) {
		return m[0]
	}
	return maskCredentials(m[1] + m[2] + m[3])
}

// maskFieldLine hides the values of the fields that carry credentials; others
// are left to the patterns for values.
func maskFieldLine(m []string) string {
	switch name := strings.ToLower(m[2]); name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return m[1] + m[2] + m[3] + MaskField(name, m[4])
	default:
		// A sentence such as "token: is missing" is no field; a secret is one word.
		if !secretName(name) || strings.ContainsAny(strings.TrimSpace(m[4]), " ,{[") {
			return m[0]
		}
		return m[1] + m[2] + m[3] + MaskSecret(m[4])
	}
}

func maskMember(m []string) string {
	if strings.Trim(m[4], `"'`) == "" {
		return m[0]
	}
	quote := m[4][:1]
	if quote != `"` && quote != "'" {
		// A number: only a PIN or password is secret, "tokens": 12 is a count.
		if n := normalName(m[2]); !secretNames[n] && !strings.Contains(n, "password") {
			return m[0]
		}
		return m[1] + m[2] + m[3] + Masked
	}
	end := ""
	value := m[4][1:]
	if strings.HasSuffix(value, quote) {
		value, end = value[:len(value)-1], quote
	}
	if !secretValue(m[2], value) {
		return m[0]
	}
	return m[1] + m[2] + m[3] + quote + MaskSecret(value) + end
}

// plainToken tells a token behind the name of its scheme from prose such as
// "Bearer authentication".
func plainToken(scheme, s string) bool {
	return looksRandom(s) || LooksLikeJWT(s) || strings.EqualFold(scheme, "basic") || strings.ContainsAny(s, "0123456789")
}

func looksBasic(s string) bool {
	return len(s)%4 == 0 && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=") && !strings.Contains(s, "-")
}

func maskJWTs(s string) string {
	if !strings.Contains(s, "ey") && !strings.Contains(s, "ew") {
		return s
	}
	return jwtText.ReplaceAllStringFunc(s, func(t string) string {
		for i := range len(t) - 1 {
			if t[i] == 'e' && (t[i+1] == 'y' || t[i+1] == 'w') && plausibleStart(t, i) && LooksLikeJWT(t[i:]) {
				return t[:i] + MaskSecret(t[i:])
			}
		}
		return t
	})
}

// plausibleStart bounds the places at which a token may begin that is glued to
// the text before it: close to the end of its first part.
func plausibleStart(t string, i int) bool {
	return i == 0 || t[i-1] == '.' || strings.IndexByte(t[i:min(len(t), i+512)], '.') >= 0
}

// maskMatches replaces each match by what f makes of its submatches.
func maskMatches(re *regexp.Regexp, s string, f func(m []string) string) string {
	found := re.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return s
	}
	var b strings.Builder
	end := 0
	m := make([]string, re.NumSubexp()+1)
	for _, at := range found {
		for i := range m {
			m[i] = ""
			if at[2*i] >= 0 {
				m[i] = s[at[2*i]:at[2*i+1]]
			}
		}
		b.WriteString(s[end:at[0]])
		b.WriteString(f(m))
		end = at[1]
	}
	b.WriteString(s[end:])
	return b.String()
}
