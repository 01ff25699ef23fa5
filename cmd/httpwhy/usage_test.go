package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestWrongUsage: its exit code, which scripts do not see, tells it from a
// failure.
func TestWrongUsage(t *testing.T) {
	for _, folder := range []string{"HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HTTPWHY_CAPTURE"} {
		t.Setenv(folder, t.TempDir())
	}
	for _, command := range []string{
		"proxi", "--lisen", "--capture", "help prox", "version now", "ls -x", "ls metod:GET", "why status:4xxx",
		"why --markdown", "why --report --json --markdown", "show", "show twelve", "rules jwt-expird",
		"rules --json --markdown", "run", "view a b", "proxy --body-limit 5parsecs", "proxy --on-failure explode",
		"proxy --listen nowhere:1:2", "proxy --listen :0", "proxy --keep-host", "proxy --client-cert x",
		"proxy --upstream-ca /no/such/file", "generate",
	} {
		t.Run(command, func(t *testing.T) {
			var out, err bytes.Buffer
			code := execute(t.Context(), strings.Fields(command), streams{strings.NewReader(""), &out, &err})
			if said := err.String(); code != exitUsage || !strings.HasPrefix(said, "httpwhy: ") || strings.Count(said, "\n") != 1 || out.Len() > 0 {
				t.Errorf("exit code %d, standard output %q, standard error %q", code, out.String(), said)
			}
		})
	}
}

// TestExamplesOfHelp: what help shows is typed as it stands. There is no
// capture to read, which is no wrong usage.
func TestExamplesOfHelp(t *testing.T) {
	need(t, "sh")
	examples := 0
	for _, c := range (&program{}).root().Commands() {
		for line := range strings.Lines(c.Long) {
			example, ok := strings.CutPrefix(strings.TrimSpace(line), "httpwhy ")
			if !ok || !strings.HasPrefix(line, "  ") || c.Name() == "run" {
				continue
			}
			examples++
			typed := exec.Command("sh", "-c", "httpwhy "+example)
			typed.Env = append(os.Environ(), "HTTPWHY_CAPTURE="+t.TempDir())
			if out, _ := typed.CombinedOutput(); typed.ProcessState.ExitCode() == exitUsage {
				t.Errorf("httpwhy %s: %s", example, out)
			}
		}
	}
	if examples < 8 {
		t.Errorf("only %d examples were found", examples)
	}
}
