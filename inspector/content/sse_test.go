package content

import (
	"fmt"
	"testing"
)

func TestParseSSE(t *testing.T) {
	got := ParseSSE([]byte("\xef\xbb\xbf: hi\r\rid: 1\nevent:add\ndata: a\ndata:  b\r\n\r\n\n\ndata\n\nretry: 10\n\ndata: cut"))
	want := []Event{
		{Comments: []string{"hi"}},
		{ID: "1", Type: "add", Data: "a\n b", HasData: true},
		{HasData: true},
		{Retry: "10"},
		{Data: "cut", HasData: true, Cut: true},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			t.Errorf("event %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}
