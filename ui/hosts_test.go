package ui

import (
	"maps"
	"testing"
)

func TestShortHosts(t *testing.T) {
	for _, test := range []map[string]string{
		{"api.example.test": "api", "cdn.example.test": "cdn", "id.example.test:8443": "id"},
		{"api.a.test": "api.a", "api.b.test": "api.b"},
		{"127.0.0.1:3000": ":3000", "localhost:3001": ":3001", "no-such-host.invalid": "no-such-host"},
		{"127.0.0.1:3000": "127.0.0.1", "localhost:3000": "localhost"},
		{"10.0.0.1:80": "10.0.0.1", "10.0.0.2:80": "10.0.0.2"},
		{"10.0.0.1:80": "10.0.0.1:80", "10.0.0.1:81": "10.0.0.1:81"},
		{"a.test": "a.test", "a.test:81": "a.test:81"},
		{"[::1]:80": ":80", "": ""},
	} {
		var hosts []string
		for h := range test {
			hosts = append(hosts, h, h)
		}
		if got := shortHosts(hosts); !maps.Equal(got, test) {
			t.Errorf("got %q, want %q", got, test)
		}
	}
}
