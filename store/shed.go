package store

import "httpwhy/inspector/exchange"

// notKept is the note on an exchange whose bodies were shed.
const notKept = "the disk was too slow or full: bodies of this exchange were not kept"

// withoutBodies is x without the bytes of its bodies. x itself is not touched:
// others may be reading it.
func withoutBodies(x *exchange.Exchange) *exchange.Exchange {
	copied := *x
	if x.Response != nil {
		response := *x.Response
		copied.Response = &response
		shed(&response.Body, 0)
	}
	shed(&copied.Request.Body, 0)
	copied.Notes = append(copied.Notes[:len(copied.Notes):len(copied.Notes)], notKept)
	return &copied
}

// shed lets go of all but the leading kept bytes of a body. That a body came to
// an early end stays known.
func shed(b *exchange.Body, kept int64) {
	if b.Kept <= kept && int64(len(b.Data)) <= kept || b.State == exchange.NoBody {
		return
	}
	b.Kept = kept
	b.Data = b.Data[:min(int64(len(b.Data)), kept)]
	if kept == 0 {
		b.Data = nil
	}
	switch {
	case b.State == exchange.InterruptedBody:
	case kept == 0:
		b.State = exchange.UnrecordedBody
	case kept < b.Size:
		b.State = exchange.CutBody
	}
}
