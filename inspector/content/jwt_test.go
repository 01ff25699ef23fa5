package content

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"httpwhy/inspector/exchange"
)

func encodeJWT(header, claims string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(header)) + "." + e.EncodeToString([]byte(claims)) + "." + e.EncodeToString([]byte("signature"))
}

const hs256 = `{"alg":"HS256","typ":"JWT","kid":"k1"}`

func TestParseJWT(t *testing.T) {
	got, err := ParseJWT(encodeJWT(hs256, `{"iss":"https://id.test","sub":"42","aud":["a","b"],"exp":1700000000.5,"nbf":1.6e9,"iat":-1,"scope":"read write","n":12345678901234567890}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.Alg != "HS256" || got.Kid != "k1" || got.Typ != "JWT" || got.Iss != "https://id.test" || got.Sub != "42" ||
		!slices.Equal(got.Aud, []string{"a", "b"}) || got.Scope != "read write" {
		t.Errorf("got %+v", got)
	}
	if !got.Exp.Equal(time.Unix(1700000000, 5e8)) || !got.Nbf.Equal(time.Unix(1600000000, 0)) || !got.Iat.Equal(time.Unix(-1, 0)) {
		t.Errorf("dates %v %v %v", got.Exp, got.Nbf, got.Iat)
	}
	if got.Claims["n"].(json.Number) != "12345678901234567890" {
		t.Errorf("a large number became %v", got.Claims["n"])
	}
	if len(got.Problems) != 0 {
		t.Errorf("problems %q", got.Problems)
	}
}

func TestParseJWTErrors(t *testing.T) {
	whole := encodeJWT(hs256, `{"sub":"42"}`)
	parts := strings.Split(whole, ".")
	for _, test := range []struct {
		name, token string
		kind        JWTErrorKind
		words       string
	}{
		{"empty", "", JWTParts, "1 part"},
		{"one part", parts[0], JWTParts, "1 part"},
		{"no signature", parts[0] + "." + parts[1], JWTParts, "signature"},
		{"four", whole + ".x", JWTParts, "4 parts"},
		{"JWE", "a.b.c.d.e", JWTEncrypted, "JWE"},
		{"ellipsis", parts[0] + "...", JWTTruncated, "ellipsis"},
		{"padded", parts[0] + "=." + parts[1] + ".x", JWTBase64, "padded"},
		{"plain base64", "ey+/." + parts[1] + ".x", JWTBase64, "character 3"},
		{"quoted", `"` + whole, JWTBase64, "character 1"},
		{"cut header", parts[0][:12] + "." + parts[1] + ".x", JWTTruncated, "header part is cut off"},
		{"cut claims", parts[0] + "." + parts[1][:5] + ".x", JWTTruncated, "claims part is cut off"},
		{"cut in JSON", parts[0] + "." + parts[1][:8] + ".x", JWTTruncated, "ends after 6 bytes"},
		{"no JSON", encodeJWT("hello", "{}"), JWTJSON, "header part is not JSON"},
		{"list", encodeJWT(hs256, "[1]"), JWTJSON, "not an object"},
		{"null", encodeJWT(hs256, "null"), JWTJSON, "not an object"},
		{"trailing", encodeJWT(hs256, "{} {}"), JWTJSON, "behind"},
		{"empty claims", parts[0] + "..x", JWTJSON, "claims part is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseJWT(test.token)
			var e *JWTError
			if !errors.As(err, &e) || e.Kind != test.kind || !strings.Contains(e.Message, test.words) {
				t.Errorf("got %v, want kind %s with %q", err, test.kind, test.words)
			}
		})
	}
}

func TestJWTProblems(t *testing.T) {
	for claims, words := range map[string]string{
		`{"exp":"1700000000"}`:  "exp is a string, not a number",
		`{"exp":null}`:          "exp is null",
		`{"exp":1700000000000}`: "milliseconds",
		`{"exp":1e300}`:         "no time",
		`{"exp":1e999}`:         "no time",
		`{"exp":99999999999999999999999999999999999999999999999999}`: "no time",
		`{"aud":7}`:        "aud is a number",
		`{"aud":["a", 1]}`: "aud contains a number",
		`{"iss":{}}`:       "iss is an object",
	} {
		got, err := ParseJWT(encodeJWT(hs256, claims))
		if err != nil || len(got.Problems) != 1 || !strings.Contains(got.Problems[0], words) {
			t.Errorf("%s: %v %+v, want %q", claims, err, got, words)
		}
	}
	if got, err := ParseJWT(encodeJWT(`{}`, `{}`)); err != nil || len(got.Problems) != 1 {
		t.Errorf("without alg: %v %+v", err, got)
	}
	if got, err := ParseJWT(strings.TrimSuffix(encodeJWT(hs256, `{}`), "cmU") + "***"); err != nil || len(got.Problems) != 1 {
		t.Errorf("masked signature: %v %+v", err, got)
	}
}

func TestFindJWT(t *testing.T) {
	token := encodeJWT(hs256, `{"sub":"42"}`)
	laravel := base64.RawURLEncoding.EncodeToString([]byte(`{"iv":"x","value":"y"}`))
	flask := base64.RawURLEncoding.EncodeToString([]byte(`{"user":1}`)) + ".ZX.abc"
	found := FindJWT(exchange.Header{
		{Name: "Host", Value: "h.test"},
		{Name: "authorization", Value: "bearer  " + token},
		{Name: "Cookie", Value: "a=1; jwt=" + token + "; laravel=" + laravel + "; flask=" + flask},
		{Name: "Authorization", Value: token},
		{Name: "Authorization", Value: "DPoP " + token[:20] + "..."},
		{Name: "Authorization", Value: "Bearer opaque"},
		{Name: "Authorization", Value: ""},
	})
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%s/%d/%s/%s/%v", f.Field, f.Line, f.Scheme, f.Cookie, f.JWT != nil && f.Err == nil))
	}
	want := []string{"authorization/1/bearer//true", "Cookie/2//jwt/true", "Authorization/3///true", "Authorization/4/DPoP//false"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// randomToken makes tokens of which about half are sound.
func randomToken(r *rand.Rand, now time.Time) string {
	dates := []string{"", "1", "0", `"x"`, "null", "true"}
	date := func() string {
		if r.IntN(5) == 0 {
			return dates[r.IntN(len(dates))]
		}
		s := fmt.Sprint(now.Unix() + r.Int64N(200) - 100)
		return s + []string{"", "", ".0", ".25", ".999999"}[r.IntN(5)]
	}
	var members []string
	for _, name := range []string{"exp", "nbf", "iat"} {
		if v := date(); v != "" && r.IntN(4) > 0 {
			members = append(members, fmt.Sprintf("%q:%s", name, v))
		}
	}
	claims := "{" + strings.Join(members, ",") + "}"
	token := encodeJWT(hs256, claims)
	switch r.IntN(8) {
	case 0:
		return token[:r.IntN(len(token))]
	case 1:
		i := r.IntN(len(token))
		return token[:i] + string("A.=+/-_ \x00é"[r.IntN(10)]) + token[i:]
	case 2:
		i := r.IntN(len(claims))
		return encodeJWT(hs256, claims[:i]+string("{}[]\":,0a"[r.IntN(9)])+claims[i:])
	case 3:
		return encodeJWT(hs256, []string{"", "[]", "1", `"s"`, "{}}", " {} ", "{\"exp\":1}\n"}[r.IntN(7)])
	}
	return token
}

func TestJWTAgainstJudge(t *testing.T) {
	defer func(p time.Duration) { jwt.TimePrecision = p }(jwt.TimePrecision)
	jwt.TimePrecision = time.Nanosecond
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Unix(1700000000, 0).Add(time.Nanosecond * 300)
	strict, exact := jwt.NewParser(), jwt.NewParser(jwt.WithJSONNumber())
	readable := 0
	for range 20_000 {
		token := randomToken(r, now)
		got, err := ParseJWT(token)
		sound := err == nil && !slices.ContainsFunc(got.Problems, func(p string) bool { return strings.Contains(p, "signature") })
		_, _, judgeErr := strict.ParseUnverified(token, jwt.MapClaims{})
		if malformed := errors.Is(judgeErr, jwt.ErrTokenMalformed); malformed == sound {
			t.Fatalf("%q: %v %+v, the judge says %v", token, err, got, judgeErr)
		}
		if !sound {
			continue
		}
		readable++
		claims := jwt.MapClaims{}
		if _, _, err := exact.ParseUnverified(token, claims); err != nil {
			continue // no usable alg, which we report as a problem only
		}
		compareDates(t, token, got, claims, now)
	}
	if readable < 10_000 {
		t.Errorf("only %d tokens were readable", readable)
	}
}

func compareDates(t *testing.T, token string, got *JWT, claims jwt.MapClaims, now time.Time) {
	t.Helper()
	for _, d := range []struct {
		name string
		got  *time.Time
		read func() (*jwt.NumericDate, error)
	}{{"exp", got.Exp, claims.GetExpirationTime}, {"nbf", got.Nbf, claims.GetNotBefore}, {"iat", got.Iat, claims.GetIssuedAt}} {
		want, err := d.read()
		problem := slices.ContainsFunc(got.Problems, func(p string) bool { return strings.HasPrefix(p, d.name) })
		if (err != nil) != problem || (want == nil) != (d.got == nil) {
			t.Fatalf("%q: %s is %v (%q), the judge says %v %v", token, d.name, d.got, got.Problems, want, err)
		}
		if want != nil && want.Sub(*d.got).Abs() > time.Microsecond {
			t.Fatalf("%q: %s is %v, the judge says %v", token, d.name, d.got, want)
		}
	}
	if len(got.Problems) > 0 {
		return
	}
	verdict := jwt.NewValidator(jwt.WithTimeFunc(func() time.Time { return now }), jwt.WithIssuedAt()).Validate(claims)
	for _, v := range []struct {
		err  error
		ours bool
	}{
		{jwt.ErrTokenExpired, got.Exp != nil && !now.Before(*got.Exp)},
		{jwt.ErrTokenNotValidYet, got.Nbf != nil && now.Before(*got.Nbf)},
		{jwt.ErrTokenUsedBeforeIssued, got.Iat != nil && now.Before(*got.Iat)},
	} {
		if errors.Is(verdict, v.err) != v.ours {
			t.Fatalf("%q: the judge says %v, we %v", token, verdict, v.ours)
		}
	}
}

func FuzzParseJWT(f *testing.F) {
	f.Add(encodeJWT(hs256, `{"exp":1700000000.5,"aud":["a"]}`))
	f.Add(encodeJWT(hs256, `{"exp":1e99}`))
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseJWT(s)
		if (got == nil) == (err == nil) {
			t.Errorf("%v %v", got, err)
		}
		LooksLikeJWT(s)
		FindJWT(exchange.Header{{Name: "Authorization", Value: s}, {Name: "Cookie", Value: s}})
	})
}
