package rules

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

// Refreshes reports whether m asks a token endpoint for a new access token (RFC
// 6749 section 6).
func Refreshes(m *exchange.Message) bool {
	return m.Method == http.MethodPost && grantType(m) == "refresh_token"
}

// grantType is the grant type of a request to a token endpoint, "" if it is
// none or its content is not at hand.
func grantType(m *exchange.Message) string {
	if !m.Body.Whole() || len(m.Body.Data) == 0 || len(m.Body.Data) > 16<<10 {
		return ""
	}
	switch t := m.MediaType(); {
	case t == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(m.Body.Data))
		if err != nil {
			return ""
		}
		return form.Get("grant_type")
	case isJSON(t) && strings.Contains(string(m.Body.Data), "grant_type"):
		var object struct {
			GrantType string `json:"grant_type"`
		}
		if json.Unmarshal(m.Body.Data, &object) != nil {
			return ""
		}
		return object.GrantType
	}
	return ""
}
