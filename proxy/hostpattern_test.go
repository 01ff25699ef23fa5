package proxy

import "testing"

func TestHostPattern(t *testing.T) {
	for _, test := range []struct {
		pattern string
		yes, no []string
	}{
		{"example.com", []string{"example.com:443", "EXAMPLE.com.:1", "example.com"}, []string{"a.example.com:443", "notexample.com:443"}},
		{"*.Example.com", []string{"a.example.com:443", "a.b.example.com:1"}, []string{"example.com:443", "aexample.com:443"}},
		{"example.com:8443", []string{"example.com:8443"}, []string{"example.com:443", "example.com"}},
		{"*:22", []string{"a.test:22"}, []string{"a.test:443"}},
		{"*", []string{"a.test:22", "[::1]:443"}, nil},
		{"[::1]:443", []string{"[::1]:443"}, []string{"[::2]:443", "[::1]:80"}},
		{"::1", []string{"[::1]:443"}, []string{"127.0.0.1:443"}},
	} {
		p, err := parseHostPattern(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
		}
		for _, h := range test.yes {
			if !p.match(h) {
				t.Errorf("%s does not match %s", test.pattern, h)
			}
		}
		for _, h := range test.no {
			if p.match(h) {
				t.Errorf("%s matches %s", test.pattern, h)
			}
		}
	}
	for _, bad := range []string{"", "https://example.com", "a.*.com", "example.com:port", "a b", "example.com:99999"} {
		if p, err := parseHostPattern(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, p)
		}
	}
}
