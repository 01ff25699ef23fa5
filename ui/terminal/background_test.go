package terminal

import "testing"

func TestParseBackground(t *testing.T) {
	tests := []struct {
		name, answer      string
		dark, known, done bool
	}{
		{"black", "\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22c", true, true, true},
		{"white, ended by BEL", "\x1b]11;rgb:ffff/ffff/ffff\a\x1b[?6c", false, true, true},
		{"Solarized dark", "\x1b]11;rgb:0000/2b2b/3636\x1b\\", true, true, false},
		{"Solarized light, two digits", "\x1b]11;rgb:fd/f6/e3\x1b\\", false, true, false},
		{"one digit", "\x1b]11;rgb:f/f/f\x1b\\", false, true, false},
		{"with alpha", "\x1b]11;rgba:1e1e/1e1e/1e1e/ffff\x1b\\", true, true, false},
		{"attributes only", "\x1b[?1;2c", false, false, true},
		{"keys in between", "j\x1b]11;rgb:0000/0000/0000\x1b\\k\x1b[?6c", true, true, true},
		{"nothing", "", false, false, false},
		{"garbage", "\x1b]11;red\x1b\\", false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dark, known, done := parseBackground([]byte(tt.answer))
			if dark != tt.dark || known != tt.known || done != tt.done {
				t.Errorf("dark %v, known %v, done %v", dark, known, done)
			}
		})
	}
}

func FuzzParseBackground(f *testing.F) {
	f.Add([]byte("\x1b]11;rgb:0000/2b2b/3636\x1b\\\x1b[?62;22c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if dark, known, _ := parseBackground(b); dark && !known {
			t.Error("dark, but not known")
		}
	})
}

func TestAsksSafely(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{"TERM": "xterm-256color"}, true},
		{map[string]string{"TERM": "tmux-256color", "TMUX": "x"}, true},
		{map[string]string{}, false},
		{map[string]string{"TERM": "linux"}, false},
		{map[string]string{"TERM": "xterm-256color", "SSH_CONNECTION": "a b"}, false},
		{map[string]string{"TERM": "screen", "STY": "1"}, false},
	}
	for _, tt := range tests {
		if got := asksSafely(func(k string) string { return tt.env[k] }); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.env, got, tt.want)
		}
	}
}
