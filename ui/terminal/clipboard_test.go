package terminal_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"httpwhy/ui/terminal"
)

func clipboard(env map[string]string, tty *bytes.Buffer, programs ...string) *terminal.Clipboard {
	c := &terminal.Clipboard{
		Getenv: func(k string) string { return env[k] },
		LookPath: func(p string) (string, error) {
			for _, have := range programs {
				if have == p {
					return "/bin/" + p, nil
				}
			}
			return "", errors.New("not found")
		},
	}
	if tty != nil {
		c.Tty = tty
	}
	return c
}

func TestClipboardRoutes(t *testing.T) {
	type env = map[string]string
	all := []string{"tmux", "wl-copy", "xclip", "xsel", "pbcopy", "clip.exe"}
	tests := []struct {
		name     string
		env      env
		programs []string
		size     int
		want     string
	}{
		{"xterm", env{"TERM": "xterm-256color"}, nil, 10, "[OSC 52 file]"},
		{"xterm with everything", env{"TERM": "xterm-256color", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, all, 10, "[OSC 52 wl-copy xclip xsel pbcopy clip.exe file]"},
		{"too long for OSC 52", env{"TERM": "xterm", "DISPLAY": ":0"}, []string{"xclip"}, 60_000, "[xclip file]"},
		{"tmux", env{"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0"}, []string{"tmux"}, 10, "[tmux file]"},
		{"tmux that sets TERM to screen", env{"TERM": "screen-256color", "TMUX": "/tmp/t,1,0", "WAYLAND_DISPLAY": "w"}, all, 10, "[tmux wl-copy pbcopy clip.exe file]"},
		{"tmux without its program", env{"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0"}, nil, 10, "[file]"},
		{"tmux over SSH", env{"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0", "SSH_CONNECTION": "a b"}, all, 1 << 20, "[tmux file]"},
		{"GNU screen", env{"TERM": "screen", "STY": "1.x"}, nil, 10, "[file]"},
		{"over SSH", env{"TERM": "xterm-256color", "SSH_CONNECTION": "a b", "WAYLAND_DISPLAY": "w"}, all, 10, "[OSC 52 file]"},
		{"over SSH with X11", env{"TERM": "xterm-256color", "SSH_CONNECTION": "a b", "DISPLAY": "localhost:10"}, all, 10, "[OSC 52 xclip xsel file]"},
		{"GNOME terminal", env{"TERM": "xterm-256color", "VTE_VERSION": "7000", "WAYLAND_DISPLAY": "w"}, all, 10, "[wl-copy pbcopy clip.exe file]"},
		{"macOS terminal", env{"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, []string{"pbcopy"}, 10, "[pbcopy file]"},
		{"linux console", env{"TERM": "linux"}, nil, 10, "[file]"},
		{"dumb", env{"TERM": "dumb"}, nil, 10, "[file]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clipboard(tt.env, new(bytes.Buffer), tt.programs...)
			if got := fmt.Sprint(c.Routes(tt.size)); got != tt.want {
				t.Errorf("routes %s, want %s", got, tt.want)
			}
		})
	}
	if got := fmt.Sprint(clipboard(env{"TERM": "xterm"}, nil).Routes(1)); got != "[file]" {
		t.Errorf("without a terminal: %s", got)
	}
}

func TestCopyWritesOSC52(t *testing.T) {
	var tty bytes.Buffer
	got, err := clipboard(map[string]string{"TERM": "xterm"}, &tty).Copy(t.Context(), []byte("hi"))
	if err != nil || got.Route != terminal.RouteOSC52 {
		t.Fatalf("copied %+v, %v", got, err)
	}
	if tty.String() != "\x1b]52;c;aGk=\a" {
		t.Errorf("sent %q", tty.String())
	}
}

func TestCopyFallsBackToAFile(t *testing.T) {
	c := clipboard(map[string]string{"TMUX": "/nowhere/socket,1,0"}, nil, "tmux", "false")
	c.Folder = t.TempDir()
	t.Setenv("TMUX", "/nowhere/socket,1,0")
	got, err := c.Copy(t.Context(), []byte("curl …"))
	if err != nil || got.Route != terminal.RouteFile || !strings.Contains(got.Detail, got.Path) {
		t.Fatalf("copied %+v, %v", got, err)
	}
	text, err := os.ReadFile(got.Path)
	if err != nil || string(text) != "curl …" {
		t.Errorf("file %q, %v", text, err)
	}
	if info, err := os.Stat(got.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file mode %v, %v", info.Mode(), err)
	}
	c.Folder = filepath.Join(c.Folder, "missing")
	if _, err := c.Copy(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "nothing copied") {
		t.Errorf("without a folder: %v", err)
	}
}

func TestCopyIntoTmux(t *testing.T) {
	tm := startTmux(t, "sh")
	t.Setenv("TMUX", strings.TrimSpace(tm.run("display-message", "-p", "#{socket_path},#{pid},0")))
	text := "curl -H 'X: ü' https://shop.example.test/\n" + strings.Repeat("long ", 50_000)
	got, err := terminal.NewClipboard(nil).Copy(t.Context(), []byte(text))
	if err != nil || got.Route != terminal.RouteTmux {
		t.Fatalf("copied %+v, %v", got, err)
	}
	if buffer := tm.run("show-buffer"); buffer != text {
		t.Errorf("the buffer has %d bytes, want %d", len(buffer), len(text))
	}
}

// tmux is a server of its own with one 80x24 window.
type tmux struct {
	t      *testing.T
	socket string
}

func startTmux(t *testing.T, command string) *tmux {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	tm := &tmux{t, filepath.Join(t.TempDir(), "tmux")}
	tm.run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command)
	t.Cleanup(func() { tm.run("kill-server") })
	return tm
}

func (tm *tmux) run(args ...string) string {
	tm.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", tm.socket}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=")
	out, err := cmd.Output()
	if err != nil {
		tm.t.Fatalf("tmux %v: %v", args, err)
	}
	return string(out)
}
