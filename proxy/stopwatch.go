package proxy

import (
	"net/http/httptrace"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
)

// stopwatch takes the times of the steps of one exchange, or of opening one
// connection. Name resolution and connecting report from other goroutines.
type stopwatch struct {
	start time.Time
	mu    sync.Mutex
	t     exchange.Timing
}

func newStopwatch(start time.Time) *stopwatch { return &stopwatch{start: start} }

// since is the offset of now, at least one nanosecond: zero is "unknown".
func (w *stopwatch) since() time.Duration { return max(1, time.Since(w.start)) }

// mark notes that the step happens now.
func (w *stopwatch) mark(step *time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*step = w.since()
}

// first is mark for a step whose first occurrence counts.
func (w *stopwatch) first(step *time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if *step == 0 {
		*step = w.since()
	}
}

// timing returns the steps so far.
func (w *stopwatch) timing() exchange.Timing {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.t
}

// dialTrace notes the steps of connecting. With several addresses (RFC 8305)
// connecting begins with the first attempt and ends with the last report.
func (w *stopwatch) dialTrace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:     func(httptrace.DNSStartInfo) { w.first(&w.t.DNSStart) },
		DNSDone:      func(httptrace.DNSDoneInfo) { w.mark(&w.t.DNSEnd) },
		ConnectStart: func(_, _ string) { w.first(&w.t.ConnectStart) },
		ConnectDone:  func(_, _ string, _ error) { w.mark(&w.t.ConnectEnd) },
	}
}
