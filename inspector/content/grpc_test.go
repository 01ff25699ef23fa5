package content

import (
	"testing"
)

func TestParseGRPC(t *testing.T) {
	body := []byte("\x00\x00\x00\x00\x02hi\x01\x00\x00\x00\x00\x80\x00\x00\x00\x0egrpc-status:14")
	frames, err := ParseGRPC(body)
	if err != nil || len(frames) != 3 || string(frames[0].Data) != "hi" || !frames[1].Compressed || !frames[2].Trailer {
		t.Errorf("%v %+v", err, frames)
	}
	for body, want := range map[string]string{
		"\x00\x00":                   "frame 1 is cut off: 2 of 5 prefix bytes",
		"\x00\x00\x00\x00\x09hi":     "frame 1 is cut off: 2 of 9 bytes",
		"{\"error\":1}":              "no gRPC frame at byte 0: its flags are 0x7b",
		"\x00\xff\xff\xff\xffabcdef": "frame 1 is cut off: 6 of 4294967295 bytes",
	} {
		if _, err := ParseGRPC([]byte(body)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
	for value, want := range map[string]string{"0": "OK", "14": "UNAVAILABLE", "16": "UNAUTHENTICATED", "17": "", "x": "", "-1": ""} {
		if got, ok := GRPCStatus(value); got != want || ok != (want != "") {
			t.Errorf("%s: %s %v", value, got, ok)
		}
	}
}
