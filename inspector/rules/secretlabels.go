package rules

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

// secretLabels number the secrets of one finding by their first use in it, so
// that its evidence shows which are equal although all are masked. The numbers
// depend on nothing but the finding, so a capture that is read again has the
// same.
type secretLabels struct{ known []string }

// of is the label of a secret, e.g. "token#1"; "" of none.
func (l *secretLabels) of(secret string) string {
	if secret == "" {
		return ""
	}
	i := slices.Index(l.known, secret)
	if i < 0 {
		i, l.known = len(l.known), append(l.known, secret)
	}
	return fmt.Sprintf("token#%d", i+1)
}

// field is the evidence of a request field whose value is a secret.
func (l *secretLabels) field(x *exchange.Exchange, name, note string) exchange.Evidence {
	label := l.of(bareToken(x.Request.Header.Get(name)))
	if note != "" && label != "" {
		label += ", "
	}
	return field(x.ID, exchange.RequestHeader, x.Request.Header, name, label+note)
}

// bareToken is a token without its scheme.
func bareToken(credentials string) string {
	if _, token, ok := strings.Cut(strings.TrimSpace(credentials), " "); ok {
		return strings.TrimSpace(token)
	}
	return credentials
}

// sentRefreshToken is the refresh token in the content of a request, "" if it is
// not at hand.
func sentRefreshToken(m *exchange.Message) string {
	if !m.Body.Whole() {
		return ""
	}
	if isJSON(m.MediaType()) {
		return member(parseJSON(string(m.Body.Data)), "refresh_token")
	}
	form, err := url.ParseQuery(string(m.Body.Data))
	if err != nil {
		return ""
	}
	return form.Get("refresh_token")
}

// issuedToken is the access token in the content of an answer, "" if it is not
// at hand.
func issuedToken(m *exchange.Message) string {
	if m == nil || !m.Body.Whole() || m.Header.Has("Content-Encoding") || !isJSON(m.MediaType()) {
		return ""
	}
	return member(parseJSON(string(m.Body.Data)), "access_token")
}
