package record

import (
	"crypto/sha256"
	"hash"
	"sync"
	"time"
)

// Digesting runs on the goroutine that passes the bytes on, at about 1 GB/s: as
// fast as the relay itself, which it would slow down to half. So large bodies
// share a budget that leaves a network's speed alone and gives way to floods on
// one machine, whose bodies then have no digest.
const (
	// digestRate is the sustained budget in bytes per second, about a twentieth of
	// one core.
	digestRate = 64 << 20
	// digestBurst is what a pause saves up: fifty milliseconds of one core.
	digestBurst = 64 << 20
)

// budget is a token bucket of bytes.
type budget struct {
	rate, burst int64

	mu   sync.Mutex
	left int64
	at   time.Time
}

var digests = &budget{rate: digestRate, burst: digestBurst, left: digestBurst}

// has reports whether a body of size bytes is worth beginning with. One larger
// than the burst may begin with a full budget: it may come slowly.
func (b *budget) has(size int64, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill(now)
	return b.left >= min(size, b.burst)
}

// take spends n bytes; false means that they are not there.
func (b *budget) take(n int64, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill(now)
	if b.left < n {
		return false
	}
	b.left -= n
	return true
}

func (b *budget) refill(now time.Time) {
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.left = min(b.burst, b.left+int64(float64(b.rate)*min(elapsed, time.Minute).Seconds()))
		b.at = now
	}
}

// digest is the SHA-256 of a body that outgrew what travels with its exchange.
// It is given up for good where the budget does not suffice.
type digest struct {
	hash    hash.Hash
	started bool
}

// write digests p, the next bytes of a body that began with head and of which
// expected bytes were announced, or -1.
func (d *digest) write(head, p []byte, expected int64, now time.Time) {
	if !d.started {
		d.started = true
		if digests.has(max(expected, int64(len(head)+len(p))), now) {
			d.hash = sha256.New()
			d.hash.Write(head)
		}
	}
	if d.hash == nil {
		return
	}
	if !digests.take(int64(len(p)), now) {
		d.hash = nil
		return
	}
	d.hash.Write(p)
}

// sum writes the digest of the whole body, which is head unless it outgrew it.
func (d *digest) sum(head []byte, to *[sha256.Size]byte) {
	switch {
	case !d.started:
		*to = sha256.Sum256(head)
	case d.hash != nil:
		d.hash.Sum(to[:0])
	}
}
