package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunRecordsWithoutAChangeToTheProgram: https to a local origin, from three
// kinds of clients.
func TestRunRecordsWithoutAChangeToTheProgram(t *testing.T) {
	o, pem := tlsOrigin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello from "+r.URL.Path)
	}), false)
	dir := t.TempDir()
	script := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "URL", o.URL)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fetch := script("fetch.js", `fetch("URL/node-fetch").then(r => r.text()).then(t => console.log(t))`)
	get := script("get.js", `require("https").get("URL/node-https", r => r.on("data", d => console.log(String(d))))`)
	python := script("get.py", "import urllib.request\nprint(urllib.request.urlopen('URL/python').read().decode())\n")
	for path, program := range map[string][]string{
		"/node-fetch": {"node", fetch},
		"/node-https": {"node", get},
		"/python":     {"python3", python},
		"/curl":       {"curl", "-sS", o.URL + "/curl"},
	} {
		t.Run(path, func(t *testing.T) {
			need(t, program[0])
			home := t.TempDir()
			out, notices, err := run(home, append([]string{"--upstream-ca", pem, "--"}, program...)...)
			if err != nil || !strings.Contains(out, "hello from "+path) {
				t.Fatalf("%v: %q %s", err, out, notices)
			}
			if !strings.Contains(notices, "1 exchange recorded") || !strings.Contains(notices, "nothing wrong found") {
				t.Errorf("it said %q", notices)
			}
			listed := list(t, home)
			if len(listed) != 1 || listed[0].URL != o.URL+path || listed[0].Status != http.StatusOK {
				t.Errorf("recorded %+v", listed)
			}
		})
	}
}

// run runs "httpwhy run" with a home of its own.
func run(home string, args ...string) (stdout, stderr string, err error) {
	c := exec.Command("httpwhy", append([]string{"run"}, args...)...)
	c.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "XDG_DATA_HOME=", "HTTPWHY_CAPTURE=")
	var out, notices bytes.Buffer
	c.Stdout, c.Stderr = &out, &notices
	err = c.Run()
	return out.String(), notices.String(), err
}

func list(t *testing.T, home string) []rowJSON {
	t.Helper()
	c := exec.Command("httpwhy", "ls", "--json")
	c.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "HTTPWHY_CAPTURE=")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows []rowJSON
	decoder := json.NewDecoder(bytes.NewReader(out))
	for decoder.More() {
		var row rowJSON
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestRunPassesTheExitCodeOnAndSaysWhatFailed(t *testing.T) {
	dead := deadAddress(t)
	need(t, "curl")
	out, notices, err := run(t.TempDir(), "--", "sh", "-c", "curl -sS http://"+dead+"/health; exit 7")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("it ended with %v", err)
	}
	if !strings.Contains(out, "refused") {
		t.Errorf("the program printed %q", out)
	}
	for _, want := range []string{"connection-refused", dead} {
		if !strings.Contains(notices, want) {
			t.Errorf("%q is missing in %s", want, notices)
		}
	}
}

func TestRunReportsTheSignalThatEndedTheProgram(t *testing.T) {
	_, _, err := run(t.TempDir(), "--", "sh", "-c", "kill -TERM $$")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 128+15 {
		t.Errorf("it ended with %v", err)
	}
}

// TestRunUnderNohup: a hangup that was ignored before us is ignored by us and by
// the program.
func TestRunUnderNohup(t *testing.T) {
	c := exec.Command(need(t, "sh"), "-c", `trap "" HUP; exec httpwhy run -- sh -c 'kill -HUP $PPID; kill -HUP $$; sleep 0.2; echo survived'`)
	home := t.TempDir()
	c.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME=", "XDG_DATA_HOME=", "HTTPWHY_CAPTURE=")
	out, err := c.Output()
	if err != nil || string(out) != "survived\n" {
		t.Errorf("%v: %q", err, out)
	}
}
