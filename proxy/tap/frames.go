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
	if len(p.x.Frames) >= maxFrames || p.keptFrames >= maxFrameBytes {
		p.x.FramesLost++
		return
	}
	data = data[:min(int64(len(data)), exchange.HeadSize, maxFrameBytes-p.keptFrames)]
	p.keptFrames += int64(len(data))
	from := exchange.ClientPeer
	if side == fromServer {
		from = exchange.ServerPeer
	}
	p.x.Frames = append(p.x.Frames, exchange.Frame{
		At: p.d.Since(at), From: from, Type: kind, Data: append([]byte(nil), data...), Size: size,
	})
}
