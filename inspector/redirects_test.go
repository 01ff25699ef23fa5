package inspector

import (
	"net/url"
	"testing"
)

func TestIsCanonical(t *testing.T) {
	for target, plain := range map[string]bool{
		"http://h.test/": true, "https://h.test/a/b.c?d=%20e&f": true, "http://h.test/a?": true, "http://h.test//a": true, "https://localhost:8080/a": true,
		"http://h.test": false, "http://H.test/": false, "HTTP://h.test/": false, "http://h.test:80/": false, "https://h.test:443/": false, "http://h.test:/": false,
		"http://h.test/#a": false, "http://u@h.test/": false, "http://h.test/a b": false, "http://h.test/%7e": false, "http:///a": false,
	} {
		if isCanonical(target) != plain {
			t.Errorf("isCanonical(%q) = %v", target, !plain)
		}
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if plain && canonical(u) != target {
			t.Errorf("canonical(%q) = %q", target, canonical(u))
		}
	}
}
