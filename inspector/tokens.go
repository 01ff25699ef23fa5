package inspector

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// tokens joins the requests that carry the same credentials to one host. It
// knows them by a keyed digest alone.
type tokens struct {
	key  []byte
	seen *window[tokenKey]
}

type tokenKey struct {
	host   string
	digest [sha256.Size]byte
}

func newTokens() *tokens {
	key := make([]byte, sha256.Size)
	rand.Read(key) // it never fails
	return &tokens{key: key, seen: newWindow[tokenKey]()}
}

func (t *tokens) keyOf(x *exchange.Exchange) (key tokenKey, ok bool) {
	v := x.Request.Header.Get("Authorization")
	if v == "" {
		return key, false
	}
	row := exchange.Row{URL: x.URL}
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(v))
	return tokenKey{row.Host(), [sha256.Size]byte(mac.Sum(nil))}, true
}

func (t *tokens) add(x *exchange.Exchange) []*exchange.Exchange {
	key, ok := t.keyOf(x)
	if !ok {
		return nil
	}
	t.seen.add(key, x)
	if x.Synthetic || x.Status() == 0 || x.Status() >= 300 {
		return nil
	}
	var touched []*exchange.Exchange
	for _, y := range t.seen.get(key) {
		if refusedToken(y) && x.End().Before(y.Start) {
			touched = append(touched, y)
		}
	}
	return touched
}

func refusedToken(x *exchange.Exchange) bool {
	return !x.Synthetic && (x.Status() == http.StatusUnauthorized || x.Status() == http.StatusForbidden)
}

func (t *tokens) flush() []*exchange.Exchange { return nil }

func (t *tokens) link(x *exchange.Exchange, links *rules.Links) {
	if !refusedToken(x) {
		return
	}
	key, ok := t.keyOf(x)
	if !ok {
		return
	}
	for _, y := range t.seen.get(key) {
		if !y.Synthetic && y.Status() >= 200 && y.Status() < 300 && y.End().Before(x.Start) {
			links.Accepted = y
		}
	}
}
