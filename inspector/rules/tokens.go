package rules

import (
	"maps"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// inQuery is FoundJWT.Line of a token in the query; Field is the parameter.
const inQuery = -1

// sentTokens are Tokens and the JWTs in fields of an application's own and in
// the query, where their names say that they are tokens.
func (c *Case) sentTokens() []content.FoundJWT {
	found := c.Tokens()[:len(c.Tokens()):len(c.Tokens())]
	add := func(t content.FoundJWT) {
		if !namesToken(t.Field) || !content.LooksLikeJWT(t.Token) {
			return
		}
		t.JWT, t.Err = content.ParseJWT(t.Token)
		found = append(found, t)
	}
	for i, f := range c.X.Request.Header {
		if n := strings.ToLower(f.Name); n != "authorization" && n != "proxy-authorization" {
			add(content.FoundJWT{Field: f.Name, Line: i, Token: withoutBearer(f.Value)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.query())) {
		if values := c.query()[name]; len(values) == 1 {
			add(content.FoundJWT{Field: name, Line: inQuery, Token: values[0]})
		}
	}
	return found
}

// withoutBearer is a token without the scheme that some clients put before it
// in fields of an application's own too.
func withoutBearer(value string) string {
	value = strings.TrimSpace(value)
	if scheme, token, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return value
}

// namesToken reports whether a field or parameter of this name holds a token
// that says who asks.
func namesToken(name string) bool {
	n := strings.ToLower(name)
	for _, no := range []string{"csrf", "xsrf", "hint", "refresh"} {
		if strings.Contains(n, no) {
			return false
		}
	}
	return strings.Contains(n, "token") || strings.Contains(n, "jwt") || strings.Contains(n, "auth") || strings.Contains(n, "assertion")
}

// tokenEvidence shows where t was sent, the token masked.
func (c *Case) tokenEvidence(t *content.FoundJWT) exchange.Evidence {
	if t.Line == inQuery {
		return exchange.Evidence{Part: exchange.RequestLine, Name: "the query's " + clip(t.Field, 40), Value: content.MaskSecret(t.Token)}
	}
	return c.requestField(t.Field, "")
}
