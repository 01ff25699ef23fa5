package terminal

import (
	"regexp"
	"strconv"
)

// backgroundQuery asks for the background colour (OSC 11) and then for the
// device attributes (DA1), which every terminal answers at once: with the second
// answer it is known that the first will not come.
const backgroundQuery = "\x1b]11;?\x1b\\\x1b[c"

var (
	backgroundReply = regexp.MustCompile(`\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})`)
	attributesReply = regexp.MustCompile(`\x1b\[\?[0-9;]*c`)
)

// parseBackground reads the answers so far: whether the background is dark,
// whether that is known, and whether more can come.
func parseBackground(b []byte) (dark, known, done bool) {
	done = attributesReply.Match(b)
	m := backgroundReply.FindSubmatch(b)
	if m == nil {
		return false, false, done
	}
	// Relative luminance of Rec. 709, near enough without gamma: the question
	// is which of black and white is nearer.
	light := 0.2126*component(m[1]) + 0.7152*component(m[2]) + 0.0722*component(m[3])
	return light < 0.5, true, done
}

// component scales a colour of one to four hexadecimal digits to 0 to 1.
func component(hex []byte) float64 {
	n, err := strconv.ParseUint(string(hex), 16, 16)
	if err != nil {
		return 0
	}
	return float64(n) / float64(uint(1)<<(4*len(hex))-1)
}

// asksSafely reports whether the terminal can be asked: an answer that comes
// late would be read as keys, and some terminals print the question.
func asksSafely(getenv func(string) string) bool {
	switch getenv("TERM") {
	case "", "dumb", "linux", "vt100", "vt220":
		return false
	}
	return getenv("SSH_CONNECTION") == "" && getenv("SSH_TTY") == "" && getenv("STY") == ""
}
