package terminal

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode/utf16"
)

// Route is a way out of the terminal.
type Route string

// The routes, in the order in which they are tried.
const (
	RouteTmux   Route = "tmux"
	RouteOSC52  Route = "OSC 52"
	RouteWlCopy Route = "wl-copy"
	RouteXclip  Route = "xclip"
	RouteXsel   Route = "xsel"
	RoutePbcopy Route = "pbcopy"
	RouteClip   Route = "clip.exe"
	RouteFile   Route = "file"
)

const (
	// osc52Limit is what common terminals take in one sequence; xterm and those
	// after it drop a longer one without a word.
	osc52Limit = 74994
	// commandTime bounds a clipboard program; wl-copy and xclip go on in the
	// background by themselves.
	commandTime = 3 * time.Second
)

// programs are the clipboard commands and how they are called.
var programs = map[Route][]string{
	RouteWlCopy: {"wl-copy"},
	RouteXclip:  {"xclip", "-selection", "clipboard"},
	RouteXsel:   {"xsel", "--clipboard", "--input"},
	RoutePbcopy: {"pbcopy"},
	RouteClip:   {"clip.exe"},
}

// Clipboard copies text out of the terminal.
type Clipboard struct {
	Getenv   func(string) string          // os.Getenv
	LookPath func(string) (string, error) // exec.LookPath
	Tty      io.Writer                    // the terminal, for OSC 52; nil: there is none
	Folder   string                       // for the route file; "": the system's temporary folder
}

// NewClipboard returns a clipboard of this process. tty is the terminal that the
// screen is on, nil if there is none; each copy is one Write.
func NewClipboard(tty io.Writer) *Clipboard {
	return &Clipboard{Getenv: os.Getenv, LookPath: exec.LookPath, Tty: tty}
}

// Copied says where a text went.
type Copied struct {
	Route  Route
	Detail string // for a message: "tmux buffer and clipboard", "terminal clipboard (OSC 52)"
	Path   string // of the file, for RouteFile
}

// Routes returns the ways that can work for a text of size bytes, best first.
// The last is always RouteFile.
//
// OSC 52 gives no answer, so it comes only where the terminal is not known to
// ignore it: tmux drops it in its default configuration, GNU screen and the
// Linux console always, and so do GNOME's terminals (VTE) and macOS Terminal.
func (c *Clipboard) Routes(size int) []Route {
	var routes []Route
	if c.Getenv("TMUX") != "" && c.has("tmux") {
		routes = append(routes, RouteTmux)
	}
	if c.Tty != nil && c.takesOSC52() && base64.StdEncoding.EncodedLen(size) <= osc52Limit {
		routes = append(routes, RouteOSC52)
	}
	for _, r := range []Route{RouteWlCopy, RouteXclip, RouteXsel, RoutePbcopy, RouteClip} {
		if c.displayFor(r) && c.has(programs[r][0]) {
			routes = append(routes, r)
		}
	}
	return append(routes, RouteFile)
}

func (c *Clipboard) has(program string) bool {
	_, err := c.LookPath(program)
	return err == nil
}

func (c *Clipboard) takesOSC52() bool {
	term := c.Getenv("TERM")
	switch {
	case c.Getenv("TMUX") != "", c.Getenv("STY") != "", c.Getenv("VTE_VERSION") != "":
		return false
	case c.Getenv("TERM_PROGRAM") == "Apple_Terminal":
		return false
	case term == "", term == "dumb", term == "linux", strings.HasPrefix(term, "screen"), strings.HasPrefix(term, "vt"):
		return false
	}
	return true
}

// displayFor reports whether a program has a display to talk to. Over SSH its
// clipboard would be that of the far machine, which X11 forwarding alone brings
// home.
func (c *Clipboard) displayFor(r Route) bool {
	remote := c.Getenv("SSH_CONNECTION") != "" || c.Getenv("SSH_TTY") != ""
	switch r {
	case RouteWlCopy:
		return !remote && c.Getenv("WAYLAND_DISPLAY") != ""
	case RouteXclip, RouteXsel:
		return c.Getenv("DISPLAY") != ""
	}
	return !remote
}

// Copy takes text out by the first route that works and says which it was. The
// error is of the last route, the file: then nothing was copied.
func (c *Clipboard) Copy(ctx context.Context, text []byte) (Copied, error) {
	for _, r := range c.Routes(len(text)) {
		switch r {
		case RouteTmux:
			if detail, err := c.tmux(ctx, text); err == nil {
				return Copied{Route: r, Detail: detail}, nil
			}
		case RouteOSC52:
			if _, err := c.Tty.Write(osc52(text)); err == nil {
				return Copied{Route: r, Detail: "terminal clipboard (OSC 52)"}, nil
			}
		case RouteFile:
			return c.CopyToFile(text)
		default:
			if err := c.run(ctx, programs[r], forProgram(r, text)); err == nil {
				return Copied{Route: r, Detail: "clipboard (" + string(r) + ")"}, nil
			}
		}
	}
	return Copied{}, errors.New("no way to copy")
}

// tmux fills a paste buffer and, from tmux 3.2 on, the clipboard of the terminal
// around it.
func (c *Clipboard) tmux(ctx context.Context, text []byte) (string, error) {
	if c.run(ctx, []string{"tmux", "load-buffer", "-w", "-"}, text) == nil {
		return "tmux buffer and clipboard", nil
	}
	return "tmux buffer", c.run(ctx, []string{"tmux", "load-buffer", "-"}, text)
}

// CopyToFile writes text to a new file that only its owner can read.
func (c *Clipboard) CopyToFile(text []byte) (Copied, error) {
	f, err := os.CreateTemp(c.Folder, "httpwhy-copy-*.txt")
	if err != nil {
		return Copied{}, fmt.Errorf("nothing copied, no clipboard and no file: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return Copied{}, fmt.Errorf("nothing copied, no clipboard and no file: %w", err)
	}
	return Copied{Route: RouteFile, Detail: "file " + f.Name(), Path: f.Name()}, nil
}

func (c *Clipboard) run(ctx context.Context, args []string, stdin []byte) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin = bytes.NewReader(stdin)
	return cmd.Run()
}

// osc52 is the sequence that sets the clipboard of a terminal. See xterm's
// control sequences, Operating System Command 52.
func osc52(text []byte) []byte {
	b := append([]byte("\x1b]52;c;"), base64.StdEncoding.EncodeToString(text)...)
	return append(b, '\a')
}

// forProgram encodes text for clip.exe, which takes UTF-16 where it is not ASCII.
func forProgram(r Route, text []byte) []byte {
	if r != RouteClip || bytes.IndexFunc(text, func(r rune) bool { return r > 0x7e }) < 0 {
		return text
	}
	var b []byte
	for _, u := range utf16.Encode([]rune(string(text))) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
