package tap

import (
	"time"

	"httpwhy/inspector/exchange"
)

// The bounds of what is kept of the messages behind one exchange.
const (
	maxFrames     = 10_000
	maxFrameBytes = 4 << 20
)

// frame takes down a message behind an upgrade or of an event stream. size is
// its true length; data is copied.
func (p *pending) frame(side int, kind string, data []byte, size int64, at time.Time) {
	if p.ended {
		return
	}
	p.change()
	from := exchange.ClientPeer
	if side == fromServer {
		from = exchange.ServerPeer
	}
	keep(p.x, &p.keptFrames, exchange.Frame{At: p.d.Since(at), From: from, Type: kind, Data: data, Size: size})
}

// keep adds a frame to x within the bounds, and its bytes, which it copies, to
// kept.
func keep(x *exchange.Exchange, kept *int64, f exchange.Frame) {
	if len(x.Frames) >= maxFrames || *kept >= maxFrameBytes {
		x.FramesLost++
		return
	}
	data := f.Data[:min(int64(len(f.Data)), exchange.HeadSize, maxFrameBytes-*kept)]
	*kept += int64(len(data))
	f.Data = append([]byte(nil), data...)
	x.Frames = append(x.Frames, f)
}
