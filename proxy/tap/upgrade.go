package tap

import (
	"time"

	"httpwhy/inspector/exchange"
)

// upgrade reads what follows a switch of protocols.
type upgrade struct {
	total [2]int64
}

func newUpgrade(x *exchange.Exchange) *upgrade { return &upgrade{} }

func (u *upgrade) bytes(p *pending, side int, b []byte, at time.Time) {
	u.total[side] += int64(len(b))
	p.frame(side, "data", b, int64(len(b)), at)
}

// closing reports whether the parties had begun to close in good order.
func (u *upgrade) closing() bool { return false }

func (u *upgrade) finish(p *pending) {
	p.note("%d bytes from the client and %d bytes from the server passed unread", u.total[fromClient], u.total[fromServer])
}
