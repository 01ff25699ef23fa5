package content

import (
	"testing"
)

func TestHexDump(t *testing.T) {
	want := "00000010  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 0a ff 00 7e  Hello, world...~\n" +
		"00000020  21                                                !\n"
	if got := HexDump([]byte("Hello, world\n\xff\x00~!"), 16); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
