package tap

import (
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// Events takes down the events of a text/event-stream whose body is relayed
// without a tap.
type Events struct {
	draft  *record.Draft
	stream eventStream
	kept   int64
}

// NewEvents returns nil if the draft's response is no event stream that can be
// read as it comes.
func NewEvents(d *record.Draft) *Events {
	e := &Events{}
	d.Update(func(x *exchange.Exchange) {
		if isEventStream(x.Response) {
			e.draft = d
		}
	})
	if e.draft == nil {
		return nil
	}
	return e
}

// Bytes reads the next bytes of the body, which came at at, and tells the
// recorder of a step if an event ends in them.
func (e *Events) Bytes(b []byte, at time.Time) {
	var frames []exchange.Frame
	e.stream.feed(b, func(lines []byte, size int64) {
		frames = append(frames, exchange.Frame{
			At: e.draft.Since(at), From: exchange.ServerPeer, Type: "event",
			Data: append([]byte(nil), lines...), Size: size,
		})
	})
	if len(frames) == 0 {
		return
	}
	e.draft.Step(func(x *exchange.Exchange) {
		for _, f := range frames {
			keep(x, &e.kept, f)
		}
	})
}

// isEventStream reports whether m is a text/event-stream without a content
// coding, which would have to be undone first.
func isEventStream(m *exchange.Message) bool {
	return strings.EqualFold(m.MediaType(), "text/event-stream") && !m.Header.Has("Content-Encoding")
}
