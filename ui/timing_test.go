package ui

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestPhases(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name   string
		timing exchange.Timing
		want   []phase
	}{
		{"nothing seen", exchange.Timing{}, nil},
		{"reused connection", exchange.Timing{RequestEnd: 1 * ms, FirstByte: 5 * ms, ResponseHead: 6 * ms, End: 8 * ms}, []phase{
			{"send request", 0, 1 * ms},
			{"wait for server", 1 * ms, 5 * ms},
			{"response head", 5 * ms, 6 * ms},
			{"response body", 6 * ms, 8 * ms},
		}},
		{"answer before the request has ended", exchange.Timing{FirstByte: 2 * ms, ResponseHead: 3 * ms, RequestEnd: 4 * ms, End: 5 * ms}, []phase{
			{"send request", 0, 4 * ms},
			{"wait for server", 2 * ms, 2 * ms},
			{"response head", 2 * ms, 3 * ms},
			{"response body", 3 * ms, 5 * ms},
		}},
		{"connect failed", exchange.Timing{DNSStart: 1, DNSEnd: 2 * ms, ConnectStart: 2 * ms, End: 9 * ms}, []phase{
			{"look up name", 1, 2 * ms},
			{"until the failure", 2 * ms, 9 * ms},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := phases(test.timing)
			if len(got) != len(test.want) {
				t.Fatalf("got %v", got)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("got %v, want %v", got[i], test.want[i])
				}
			}
		})
	}
}

func TestPhaseBarStaysInItsWidth(t *testing.T) {
	for start := range 20 {
		for end := start; end <= 20; end++ {
			bar := phaseBar(phase{"", time.Duration(start), time.Duration(end)}, 20, 7, "#")
			if len(bar) > 7 || len(bar) == 0 || bar[len(bar)-1] != '#' {
				t.Errorf("%d to %d of 20: %q", start, end, bar)
			}
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Millisecond: "less than 1 s", 59 * time.Second: "59 s", 12 * time.Minute: "12 min",
		-72 * time.Minute: "1 h 12 min", 2 * time.Hour: "2 h", 30 * time.Hour: "1 day", 61 * 24 * time.Hour: "61 days",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
