package setup

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestClientsNameTheProxyAndTheCA(t *testing.T) {
	clients := Clients("http://127.0.0.1:8080", files, "/home/ann")
	if clients[0].Name != "this shell" {
		t.Errorf("the first client is %q", clients[0].Name)
	}
	for _, c := range clients {
		if strings.Contains(c.Text, "%!") {
			t.Errorf("%s: broken format: %s", c.Name, c.Text)
		}
		for _, line := range strings.Split(c.Text, "\n") {
			if len(line) > 58 { // what fits beside the list of clients at 80 columns
				t.Errorf("%s: line of %d bytes: %s", c.Name, len(line), line)
			}
		}
	}
	for name, want := range map[string][]string{
		"this shell": {
			"HTTP_PROXY=http://127.0.0.1:8080", "CA=/ca\n", "NODE_EXTRA_CA_CERTS=$CA/ca.pem", "REQUESTS_CA_BUNDLE=$", "NO_PROXY=", "http_proxy=$",
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

func TestShellPath(t *testing.T) {
	for path, want := range map[string]string{
		"/home/ann/ca/x.pem":   "~/ca/x.pem",
		"/home/annie/x":        "/home/annie/x",
		"/home/ann/my ca/x":    "~/'my ca/x'",
		"/srv/it's/x":          `'/srv/it'\''s/x'`,
		"/home/ann/.local/a-b": "~/.local/a-b",
	} {
		if got := shellPath(path, "/home/ann"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// TestTheShellLinesWork runs them, and asks a shell what they set.
func TestTheShellLinesWork(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	f := Files{CA: "/home/ann/my ca/ca.pem", Bundle: "/home/ann/my ca/ca-bundle.pem"}
	lines := Clients("http://127.0.0.1:8080", f, "/home/ann")[0].Text
	c := exec.Command(bash, "-c", lines+"\nenv")
	c.Env = []string{"HOME=/home/ann", "PATH=" + os.Getenv("PATH")}
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"http_proxy=http://127.0.0.1:8080", "HTTPS_PROXY=http://127.0.0.1:8080", "NO_PROXY=",
		"CURL_CA_BUNDLE=/home/ann/my ca/ca-bundle.pem", "NODE_EXTRA_CA_CERTS=/home/ann/my ca/ca.pem",
	} {
		if !strings.Contains("\n"+string(out), "\n"+want+"\n") {
			t.Errorf("%s is not set by\n%s", want, lines)
		}
	}
}
