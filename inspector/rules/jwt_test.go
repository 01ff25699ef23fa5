package rules

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"httpwhy/inspector/exchange"
)

// TestJWTRulesAgainstJudge asks golang-jwt about the same tokens at the same
// time: the rules name what it refuses them for, and nothing that it does not.
func TestJWTRulesAgainstJudge(t *testing.T) {
	defer func(p time.Duration) { jwt.TimePrecision = p }(jwt.TimePrecision)
	jwt.TimePrecision = time.Microsecond
	r := rand.New(rand.NewPCG(3, 4))
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"none"}), jwt.WithIssuedAt(), jwt.WithTimeFunc(func() time.Time { return now }))
	unsigned := func(*jwt.Token) (any, error) { return jwt.UnsafeAllowNoneSignatureType, nil }
	fired := map[string]int{}
	const tokens = 10_000
	for range tokens {
		token := randomJWT(r, now)
		_, err := parser.Parse(token, unsigned)
		c := &Case{X: &exchange.Exchange{
			State: exchange.Complete, URL: "https://api.test/me", Start: now,
			Request: exchange.Message{Method: http.MethodGet, Header: exchange.Header{{Name: "Authorization", Value: "Bearer " + token}}},
			Response: &exchange.Message{Status: http.StatusUnauthorized, Header: exchange.Header{
				{Name: "Date", Value: now.Format(http.TimeFormat)}, {Name: "WWW-Authenticate", Value: "Bearer"},
			}},
		}}
		for _, v := range []struct {
			rule string
			want bool
		}{
			{"jwt-expired", errors.Is(err, jwt.ErrTokenExpired)},
			// The rule allows iat a leeway, as no standard forbids a token from the future.
			{"jwt-not-yet-valid", errors.Is(err, jwt.ErrTokenNotValidYet)},
			{"jwt-unparsable", errors.Is(err, jwt.ErrTokenMalformed)},
		} {
			f := Lookup(v.rule).Check(c)
			if (f != nil) != v.want {
				t.Fatalf("%s: %s says %+v, the judge %v", token, v.rule, f, err)
			}
			if f != nil {
				fired[v.rule]++
			}
		}
	}
	t.Logf("judge | golang-jwt, random tokens | same answer on exp, nbf, iat and malformed for %d of %d |", tokens, tokens)
	for rule, n := range fired {
		if n < 1000 {
			t.Errorf("%s fired %d times", rule, n)
		}
	}
}

// randomJWT makes a token of which each date is missing, over or to come, and
// damages some.
func randomJWT(r *rand.Rand, now time.Time) string {
	var members []string
	for _, name := range []string{"exp", "nbf", "iat"} {
		switch r.IntN(3) {
		case 0:
		case 1:
			members = append(members, fmt.Sprintf("%q:%d", name, now.Unix()-r.Int64N(100)))
		case 2:
			// Up to a minute: within the leeway for iat.
			members = append(members, fmt.Sprintf("%q:%d.5", name, now.Unix()+r.Int64N(59)))
		}
	}
	encode := base64.RawURLEncoding.EncodeToString
	head, claims := encode([]byte(`{"alg":"none","typ":"JWT"}`)), "{"+strings.Join(members, ",")+"}"
	switch r.IntN(8) {
	case 0:
		return head + "." + encode([]byte(claims)) // a part is missing
	case 1:
		return head + "." + encode([]byte(claims[:len(claims)-1])) + "." // no JSON
	case 2:
		return head + "." + encode([]byte(claims)) + "=." // padded
	}
	return head + "." + encode([]byte(claims)) + "."
}
