package content

import (
	"strings"
	"testing"
)

// exampleJWT has the signature "c2lnbmF0dXJlLXNlY3JldC1wYXJ0".
const exampleJWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImV4cCI6MTcwMDAwMDAwMH0.c2lnbmF0dXJlLXNlY3JldC1wYXJ0"

func TestMaskField(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"Authorization", "Bearer " + exampleJWT, "Bearer eyJhbG…wMH0"},
		{"authorization", "Bearer 0123456789abcdefghijklmnopqrstuv", "Bearer 012345…stuv"},
		{"Authorization", "Bearer short", "Bearer ***"},
		{"Authorization", "Basic dXNlcjpwYXNzd29yZC1vZi1tYW55LWxldHRlcnM=", "Basic ***"},
		{"Authorization", "0123456789abcdefghijklmnopqrstuv", "012345…stuv"},
		{"Authorization", `Digest username="u", realm="r", nonce="n", response="0123456789abcdef0123456789abcdef"`, `Digest username="u", realm="r", nonce="n", response="012345…cdef"`},
		{"Cookie", "a=1; sid=0123456789abcdefghijklmnopqrstuv; empty=", "a=***; sid=012345…stuv; empty="},
		{"Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=***; Path=/; HttpOnly"},
		{"Set-Cookie", "sid=; Max-Age=0", "sid=; Max-Age=0"},
		{"X-Api-Key", "k", "***"},
		{"X-Request-Id", "0123456789abcdefghijklmnopqrstuv", "0123456789abcdefghijklmnopqrstuv"},
		{"Content-Type", "application/json", "application/json"},
		{"Access-Control-Allow-Headers", "Authorization, X-Api-Key", "Authorization, X-Api-Key"},
		{"WWW-Authenticate", `Bearer error="invalid_token", error_description="The token expired"`, `Bearer error="invalid_token", error_description="The token expired"`},
		{"Location", "https://a.test/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz&page=2", "https://a.test/cb?code=***&state=xyz&page=2"},
	} {
		if got := MaskField(test.name, test.value); got != test.want {
			t.Errorf("MaskField(%q, %q) = %q, want %q", test.name, test.value, got, test.want)
		}
	}
}

func TestMaskURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://u:p@h.test/?q=1":                "https://u:***@h.test/?q=1",
		"/cb?access_token=abc&x=%20":             "/cb?access_token=***&x=%20",
		"/cb#id_token=abc&token_type=Bearer":     "/cb#id_token=***&token_type=Bearer",
		"/x?code=404&key=name":                   "/x?code=404&key=name",
		"/x?key=AIzaSyA0123456789abcdefghijklmn": "/x?key=AIzaSy…klmn",
		"h.test:443":                             "h.test:443",
	} {
		if got := MaskURL(in); got != want {
			t.Errorf("MaskURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMaskValue(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"user[password]", "hunter2", "***"},
		{"token_type", "Bearer", "Bearer"},
		{"code", "404", "404"},
		{"code", "SplxlOBeZQQYbYS6WxSbIA", "***"},
		{"note", "a note", "a note"},
		{"password", "", ""},
	} {
		if got := MaskValue(test.name, test.value); got != test.want {
			t.Errorf("%s=%s: %s, want %s", test.name, test.value, got, test.want)
		}
	}
}

func TestMaskText(t *testing.T) {
	for in, want := range map[string]string{
		`{"user": "u", "password": "hunter2", "pin": 1234, "max_tokens": 12}`: `{"user": "u", "password": "***", "pin": ***, "max_tokens": 12}`,
		`{"access_token":"a\"b","token_type":"Bearer"}`:                       `{"access_token":"***","token_type":"Bearer"}`,
		"grant_type=refresh_token&refresh_token=abc&client_secret=s":          "grant_type=refresh_token&refresh_token=***&client_secret=***",
		"curl -H 'Authorization: Bearer abcd1234' -H 'Cookie: a=b; c=d' u":    "curl -H 'Authorization: Bearer ***' -H 'Cookie: a=***; c=***' u",
		"> Authorization: Bearer abcd1234\r\n> Accept: */*\r\n":               "> Authorization: Bearer ***\r\n> Accept: */*\r\n",
		"The Bearer authentication scheme needs a token: none came":           "The Bearer authentication scheme needs a token: none came",
		"Authorization: Digest username=\"u\", response=\"abc\"":              "Authorization: Digest username=\"u\", response=\"***\"",
		`-H 'Authorization: Digest username="u", response="abc"' x`:           `-H 'Authorization: Digest username="u", response="***"' x`,
		"Cookie: a=\"b\"; c=d\r\nX: y":                                        "Cookie: a=***; c=***\r\nX: y",
		`fetch(u, {headers: {"X-Api-Key": "abc"}})`:                           `fetch(u, {headers: {"X-Api-Key": "***"}})`,
		"no secrets here":               "no secrets here",
		`{"error":"invalid_token"}`:     `{"error":"invalid_token"}`,
		"stripe sk_live_0123456789abcd": "stripe ***",
	} {
		if got := MaskText(in); got != want {
			t.Errorf("MaskText(%q) = %q, want %q", in, got, want)
		}
	}
}

// A signature must not survive wherever the token stands.
func TestMaskNeverShowsSignature(t *testing.T) {
	const signature = "c2lnbmF0dXJlLXNlY3JldC1wYXJ0"
	for _, s := range []string{
		exampleJWT, "Bearer " + exampleJWT, "x=" + exampleJWT, `{"jwt":"` + exampleJWT + `"}`, `{"data":["` + exampleJWT + `"]}`,
		"https://h.test/?t=" + exampleJWT + "#x", "https://h.test/" + exampleJWT + "/", "Cookie: s=" + exampleJWT,
		"DPoP " + exampleJWT, "000" + exampleJWT, "eykeykeykey." + exampleJWT, "key-" + exampleJWT + ".x", "a " + exampleJWT + "\nb", "Sec-WebSocket-Protocol: bearer, " + exampleJWT,
		strings.ReplaceAll(exampleJWT, signature, "c2ln"),
	} {
		for name, got := range map[string]string{"text": MaskText(s), "url": MaskURL(s), "field": MaskField("X-Other", s)} {
			for i := 0; i+4 <= len(signature); i++ {
				if strings.Contains(got, signature[i:i+4]) {
					t.Errorf("%s of %q shows %q: %q", name, s, signature[i:i+4], got)
				}
			}
		}
	}
}

func FuzzMaskText(f *testing.F) {
	f.Add(`{"password":"x"}` + "\nAuthorization: Bearer " + exampleJWT)
	f.Fuzz(func(t *testing.T, s string) {
		once := MaskText(s)
		MaskURL(s)
		MaskField("Authorization", s)
		MaskField("Cookie", s)
		MaskField("Set-Cookie", s)
		if strings.Contains(once, exampleJWT) {
			t.Errorf("a token survived in %q", once)
		}
	})
}

func TestMaskingTwiceIsMaskingOnce(t *testing.T) {
	for _, value := range []string{
		"Bearer abcdefghijklmnopqrstuvwxyz0123456789", "Bearer short", "Token abcdefghijklmnopqrstuvwxyz0123456789",
	} {
		once := MaskField("Authorization", value)
		if twice := MaskField("Authorization", once); twice != once {
			t.Errorf("%q became %q, then %q", value, once, twice)
		}
	}
}
