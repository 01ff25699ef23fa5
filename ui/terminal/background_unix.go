//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// answerTime bounds the wait for the terminal.
const answerTime = 100 * time.Millisecond

// Background asks the terminal for its background colour. It must be called
// before the screen opens, and takes at most a tenth of a second; keys typed in
// that time are lost. known is false where the terminal does not say, or cannot
// be asked safely.
func Background() (dark, known bool) {
	if !asksSafely(os.Getenv) {
		return false, false
	}
	// Not an os.File: its reads wait in the poller, which knows no terminals on
	// macOS; here the terminal's own timer ends them.
	fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false, false
	}
	defer func() { _ = unix.Close(fd) }()
	return ask(fd)
}

func ask(fd int) (dark, known bool) {
	saved, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return false, false
	}
	raw := *saved
	raw.Lflag &^= unix.ECHO | unix.ICANON
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 0, 1 // a read ends after 100 ms
	if unix.IoctlSetTermios(fd, setTermios, &raw) != nil {
		return false, false
	}
	defer func() { _ = unix.IoctlSetTermios(fd, setTermios, saved) }()
	if _, err := unix.Write(fd, []byte(backgroundQuery)); err != nil {
		return false, false
	}
	var answer []byte
	buf := make([]byte, 256)
	for start := time.Now(); time.Since(start) < answerTime; {
		n, err := unix.Read(fd, buf)
		if err != nil || n == 0 {
			break
		}
		answer = append(answer, buf[:n]...)
		if _, _, done := parseBackground(answer); done {
			break
		}
	}
	dark, known, _ = parseBackground(answer)
	return dark, known
}
