package inspector

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// challenges joins an answer of 401 or 407 to the request that repeated it with
// other credentials and was let in. Basic, Digest, Negotiate and NTLM begin
// with such an answer, and so does every refresh of a token: none is a failure.
// Credentials that were refused and are corrected by hand are one.
type challenges struct {
	requests *window[attemptKey]
	// refused are those of a client whose credentials were not taken, posted what
	// may have got it new ones.
	refused, posted *window[client]
}

// answerWithin is the time in which a client answers a challenge; a person may
// have to type the password.
const answerWithin = 2 * time.Minute

func newChallenges() *challenges {
	return &challenges{newWindow[attemptKey](), newWindow[client](), newWindow[client]()}
}

func challenged(x *exchange.Exchange) bool {
	return !x.Synthetic && (x.Status() == http.StatusUnauthorized || x.Status() == http.StatusProxyAuthRequired)
}

// credentialed reports whether x says who sent it in a field that answers a
// challenge.
func credentialed(x *exchange.Exchange) bool {
	return x.Request.Header.Has("Authorization") || x.Request.Header.Has("Proxy-Authorization")
}

func (c *challenges) add(x *exchange.Exchange) []*exchange.Exchange {
	var waiting []*exchange.Exchange
	if mayIssue(x) {
		by := clientOf(x)
		c.posted.add(by, x)
		waiting = slices.DeleteFunc(slices.Clone(c.refused.get(by)), func(y *exchange.Exchange) bool {
			return y.ID == x.ID || !between(sent(x).Sub(y.End()))
		})
	}
	if !challenged(x) && !credentialed(x) {
		return waiting
	}
	key := keyOfAttempt(x)
	c.requests.add(key, x)
	if challenged(x) && credentialed(x) {
		c.refused.add(clientOf(x), x)
	}
	if !answers(x) {
		return waiting
	}
	// Those before x may have been waiting for it.
	return append(waiting, slices.DeleteFunc(slices.Clone(c.requests.get(key)), func(y *exchange.Exchange) bool {
		return y.ID == x.ID || !challenged(y) || !c.answersTo(x, y)
	})...)
}

// mayIssue reports whether the answer to x may hold new credentials.
func mayIssue(x *exchange.Exchange) bool {
	return x.Request.Method == http.MethodPost && x.Status() >= 200 && x.Status() < 300
}

func between(late time.Duration) bool { return late >= 0 && late <= answerWithin }

func (c *challenges) flush() []*exchange.Exchange { return nil }

func (c *challenges) link(x *exchange.Exchange, links *rules.Links) {
	if !challenged(x) {
		return
	}
	for _, y := range c.requests.get(keyOfAttempt(x)) {
		if answers(y) && c.answersTo(y, x) {
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

func (c *challenges) answersTo(answer, challenge *exchange.Exchange) bool {
	if !between(sent(answer).Sub(challenge.End())) || sameCredentials(answer, challenge) {
		return false
	}
	if !credentialed(challenge) {
		return true // 403 too is the refusal of a client that is known now (RFC 9110 section 15.5.4)
	}
	return answer.Status() != http.StatusForbidden && (c.nextStep(answer, challenge) || c.renewed(answer, challenge))
}

// nextStep reports whether the scheme itself takes more than one request, or
// asks for the same again with a new nonce.
func (c *challenges) nextStep(answer, challenge *exchange.Exchange) bool {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		was, _, _ := strings.Cut(challenge.Request.Header.Get(name), " ")
		is, _, _ := strings.Cut(answer.Request.Header.Get(name), " ")
		switch strings.ToLower(was) {
		case "", "basic", "bearer":
		default:
			if strings.EqualFold(was, is) {
				return true
			}
		}
	}
	return false
}

// renewed reports whether the client posted something between the two: new
// credentials do not come from nowhere.
func (c *challenges) renewed(answer, challenge *exchange.Exchange) bool {
	return slices.ContainsFunc(c.posted.get(clientOf(challenge)), func(y *exchange.Exchange) bool {
		return y.ID != answer.ID && !sent(y).Before(challenge.End()) && !y.End().After(sent(answer))
	})
}

func sameCredentials(a, b *exchange.Exchange) bool {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		if !slices.Equal(a.Request.Header.Values(name), b.Request.Header.Values(name)) {
			return false
		}
	}
	return true
}
