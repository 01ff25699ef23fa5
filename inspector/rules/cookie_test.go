package rules

import (
	"strings"
	"testing"
	"time"
)

func TestParseSetCookie(t *testing.T) {
	k := parseSetCookie(" sid = a=b ;Domain=.App.Test; path=/x; SECURE; samesite=NONE; Max-Age=60;;x; Path=/y ")
	if k.Name != "sid" || k.Value != "a=b" || k.Domain != "app.test" || !k.HasDomain || k.Path != "/y" || !k.Secure ||
		k.SameSite != "none" || k.MaxAge != time.Minute || len(k.Attributes) != 7 {
		t.Errorf("got %+v", k)
	}
	if k := parseSetCookie("abc"); k.Name != "" || k.Value != "abc" {
		t.Errorf("got %+v", k)
	}
	if k := parseSetCookie("a=b; Domain=other.test; Domain=" + strings.Repeat("x", maxCookieAttribute+1)); k.Domain != "other.test" {
		t.Errorf("an attribute that is too large counts: %+v", k)
	}
	if got := k.with([]string{"domain", "x", "samesite"}, "HttpOnly"); got != "sid = a=b; path=/x; SECURE; Max-Age=60; Path=/y; HttpOnly" {
		t.Errorf("got %q", got)
	}
}

func TestCookieAge(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"60": time.Minute, "0": 0, "-5": 0, "007": 7 * time.Second, "99999999999999999999": maxCookieAge, "-99999999999999999999": 0,
	} {
		if got, ok := cookieAge(s); !ok || got != want {
			t.Errorf("%q: got %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-", "1h", "5.5", `"60"`, "- 1"} {
		if got, ok := cookieAge(s); ok {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestParseCookieDate(t *testing.T) {
	want := time.Date(1994, 11, 6, 8, 49, 37, 0, time.UTC)
	for _, s := range []string{
		"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "6 nov 1994 8:49:37",
		"08:49:37 1994 November 6th", `"Sun, 06 Nov 1994 08:49:37 GMT"`,
	} {
		if got, ok := parseCookieDate(s); !ok || !got.Equal(want) {
			t.Errorf("%q: got %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "0", "tomorrow", "1994-11-06T08:49:37Z", "06 Nov 1994", "31 Feb 1994 08:49:37", "06 Nov 1994 24:00:00", "Sun, 32 Nov 1994 08:49:37 GMT"} {
		if got, ok := parseCookieDate(s); ok {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestDomainFault(t *testing.T) {
	for _, c := range []struct {
		domain, host string
		ok           bool
	}{
		{"app.test", "app.test", true},
		{"app.test", "www.app.test", true},
		{"test", "app.test", false},
		{"www.app.test", "app.test", false},
		{"pp.test", "app.test", false},
		{"github.io", "me.github.io", false},
		{"github.io", "github.io", true},
		{"co.uk", "shop.co.uk", false},
		{"shop.co.uk", "www.shop.co.uk", true},
		{"127.0.0.1", "127.0.0.1", true},
		{"0.0.1", "127.0.0.1", false},
		{"localhost", "app.localhost", false},
		{"app.test:80", "app.test", false},
		{"app.test.", "app.test", false},
		{"*.app.test", "app.test", false},
		{"bücher.test", "www.xn--bcher-kva.test", true},
	} {
		if fault := domainFault(&setCookie{Domain: c.domain, HasDomain: true}, []string{c.host}); (fault == "") != c.ok {
			t.Errorf("%s for %s: %q", c.domain, c.host, fault)
		}
	}
}

func TestMaskSetCookie(t *testing.T) {
	got := maskSetCookie("sid=secret; Path=/, theme=secret; Tenant=secret; Expires=Sun, 06 Nov 1994 08:49:37 GMT; HttpOnly")
	if strings.Contains(got, "secret") || !strings.Contains(got, "Expires=Sun, 06 Nov 1994") || !strings.Contains(got, "theme=***") {
		t.Error(got)
	}
}

func FuzzSetCookie(f *testing.F) {
	f.Add("__Host-sid=a; Path=/, b=c; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Domain=.test:80; SameSite=None")
	f.Add("=\x00; Secure, a=b; Max-Age=-")
	f.Fuzz(func(t *testing.T, line string) {
		k := parseSetCookie(line)
		_ = k.typos()
		if in := k.folded(); in != "" && !strings.Contains(in, "=") {
			t.Errorf("%q: %q", line, in)
		}
		_, _ = k.masked(), k.label()
		for _, host := range []string{"app.test", "127.0.0.1", "co.uk"} {
			_ = domainFault(&k, []string{host})
		}
		_ = prefixFault(&k, cookieConnection{})
	})
}
