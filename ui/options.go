package ui

import (
	"context"
	"os"

	"github.com/gdamore/tcell/v2"
)

// Options say what the screen shows and how. Only Source is needed.
type Options struct {
	Source Source
	// Version is that of the program, for the help.
	Version string
	// Address is where the proxy listens, as shown, e.g. "127.0.0.1:8080"; ""
	// where nothing is being recorded.
	Address string
	// CaptureName is the name of the capture, shown where Live is false.
	CaptureName string
	// Live: exchanges may still arrive.
	Live bool
	// Recorder tells about who records, and is asked every second or so from
	// another goroutine; nil if there is nothing to tell.
	Recorder func(context.Context) (Recorder, error)

	// Theme is a name of terminal.ThemeNames; "" or "auto" chooses one.
	Theme string
	// ASCII draws without characters outside ASCII, text from the wire aside.
	ASCII bool
	// Mouse takes clicks and the wheel, which ends the terminal's own selection
	// of text.
	Mouse bool

	// Clients are the texts of Set-up, one for each kind of client.
	Clients []Client
	// Check is a command that shows whether traffic arrives, "" for none.
	Check string
	// SetupNotes are lines below the clients: where the CA lies, what is odd.
	SetupNotes []string

	// Screen is where to draw, not yet started; nil is the terminal of the
	// process.
	Screen tcell.Screen
	// Getenv reads the environment; nil is os.Getenv.
	Getenv func(string) string
}

// Recorder is what is known of who records into the capture.
type Recorder struct {
	// PID is its process id, 0 if nobody records.
	PID int
	// Address is where its proxy listens.
	Address string
	// Notice says what it could not keep, "" if all is well.
	Notice string
}

// Client is how one kind of client is set up.
type Client struct {
	// Name is shown in the list, e.g. "this shell", "java".
	Name string
	// Text are the lines to type.
	Text string
}

func (o *Options) fill() {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
}
