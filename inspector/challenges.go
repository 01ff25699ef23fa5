package inspector

import (
	"net/http"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// challenges joins an answer of 401 or 407 to the request that repeated it with
// other credentials and was let in. Basic, Digest, Negotiate and NTLM begin
// with such an answer, and so does every refresh of a token: none is a failure.
type challenges struct{ requests *window[attemptKey] }

// answerWithin is the time in which a client answers a challenge; a person may
// have to type the password.
const answerWithin = 2 * time.Minute

func newChallenges() *challenges { return &challenges{newWindow[attemptKey]()} }

func challenged(x *exchange.Exchange) bool {
	return !x.Synthetic && (x.Status() == http.StatusUnauthorized || x.Status() == http.StatusProxyAuthRequired)
}

// credentialed reports whether x says who sent it in a field that answers a
// challenge.
func credentialed(x *exchange.Exchange) bool {
	return x.Request.Header.Has("Authorization") || x.Request.Header.Has("Proxy-Authorization")
}

func (c *challenges) add(x *exchange.Exchange) []*exchange.Exchange {
	if !challenged(x) && !credentialed(x) {
		return nil
	}
	key := keyOfAttempt(x)
	c.requests.add(key, x)
	if !answers(x) {
		return nil
	}
	// Those before x may have been waiting for it.
	return slices.DeleteFunc(slices.Clone(c.requests.get(key)), func(y *exchange.Exchange) bool {
		return y.ID == x.ID || !challenged(y) || !answersTo(x, y)
	})
}

func (c *challenges) flush() []*exchange.Exchange { return nil }

func (c *challenges) link(x *exchange.Exchange, links *rules.Links) {
	if !challenged(x) {
		return
	}
	for _, y := range c.requests.get(keyOfAttempt(x)) {
		if answers(y) && answersTo(y, x) {
			links.Answer = y
			return
		}
	}
}

// answers reports whether x may be the answer to a challenge: it has
// credentials, and the server knows by them who asks.
func answers(x *exchange.Exchange) bool {
	return credentialed(x) && !x.Synthetic && x.Status() > 0 && !challenged(x)
}

func answersTo(answer, challenge *exchange.Exchange) bool {
	late := answer.Start.Sub(challenge.End())
	// 403 after none is the refusal of a client that is known now (RFC 9110
	// section 15.5.4); after others it may be about them.
	refused := answer.Status() == http.StatusForbidden && credentialed(challenge)
	return late >= 0 && late <= answerWithin && !refused && !sameCredentials(answer, challenge)
}

func sameCredentials(a, b *exchange.Exchange) bool {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		if !slices.Equal(a.Request.Header.Values(name), b.Request.Header.Values(name)) {
			return false
		}
	}
	return true
}
