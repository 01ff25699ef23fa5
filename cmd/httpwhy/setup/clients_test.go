package setup

import (
	"strings"
	"testing"
)

func TestClientsNameTheProxyAndTheCA(t *testing.T) {
	clients := Clients("http://127.0.0.1:8080", files)
	if clients[0].Name != "this shell" {
		t.Errorf("the first client is %q", clients[0].Name)
	}
	for _, c := range clients {
		if strings.Contains(c.Text, "%!") {
			t.Errorf("%s: broken format: %s", c.Name, c.Text)
		}
		for _, line := range strings.Split(c.Text, "\n") {
			if len(line) > 100 {
				t.Errorf("%s: line of %d bytes: %s", c.Name, len(line), line)
			}
		}
	}
	for name, want := range map[string][]string{
		"this shell": {
			"HTTP_PROXY=http://127.0.0.1:8080", "NODE_EXTRA_CA_CERTS=/ca/ca.pem", "REQUESTS_CA_BUNDLE=/ca/ca-bundle.pem", "NO_PROXY=",
		},
		"java":   {"keytool", "-Dhttps.proxyPort=8080"},
		"Chrome": {"<-loopback>"},
	} {
		found := false
		for _, c := range clients {
			if c.Name != name {
				continue
			}
			found = true
			for _, w := range want {
				if !strings.Contains(c.Text, w) {
					t.Errorf("%s: %q is missing", name, w)
				}
			}
		}
		if !found {
			t.Errorf("no client %q", name)
		}
	}
}
