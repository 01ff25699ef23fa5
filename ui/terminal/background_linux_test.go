package terminal

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// pty returns the two ends of a new terminal: that of the emulator and that of
// the program.
func pty(t *testing.T) (emulator *os.File, program int) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	emulator = os.NewFile(uintptr(fd), "ptmx")
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = unix.Open(fmt.Sprintf("/dev/pts/%d", n), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return emulator, program
}

func TestAskATerminal(t *testing.T) {
	for name, tt := range map[string]struct {
		answer      string
		dark, known bool
	}{
		"light":           {"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c", false, true},
		"dark":            {"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62c", true, true},
		"does not say":    {"\x1b[?62c", false, false},
		"does not answer": {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			emulator, program := pty(t)
			before, err := unix.IoctlGetTermios(program, getTermios)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan []byte)
			go func() {
				var asked []byte
				buf := make([]byte, 64)
				for !bytes.HasSuffix(asked, []byte("\x1b[c")) {
					n, err := emulator.Read(buf)
					if err != nil {
						break
					}
					asked = append(asked, buf[:n]...)
				}
				_, _ = emulator.WriteString(tt.answer)
				done <- asked
			}()
			dark, known := ask(program)
			if dark != tt.dark || known != tt.known {
				t.Errorf("dark %v, known %v", dark, known)
			}
			if asked := <-done; string(asked) != backgroundQuery {
				t.Errorf("asked %q", asked)
			}
			after, err := unix.IoctlGetTermios(program, getTermios)
			if err != nil || *after != *before {
				t.Errorf("the terminal is left in another state: %+v, was %+v, %v", after, before, err)
			}
			_ = unix.Close(program)
			emulator.Close()
		})
	}
}
