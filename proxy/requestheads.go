package proxy

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"httpwhy/inspector/exchange"
)

// requestHeads follows the framing of the requests on a client's connection and
// keeps each head as it came, since net/http forgets the order and the case of
// the field names. What it cannot follow it leaves to net/http to refuse.
type requestHeads struct {
	mu    sync.Mutex
	phase func(h *requestHeads, p []byte) []byte
	lost  bool
	at    time.Time
	now   time.Time
	head  []byte
	line  []byte
	left  int64
	empty int // bytes of empty lines that were cut out
	ready []rawHead
}

// unserved returns the bytes of the oldest head that net/http did not hand out,
// complete or not, and "" if there is none.
func (h *requestHeads) unserved() (raw string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ready) > 0 {
		return h.ready[0].raw, h.ready[0].at
	}
	if len(h.head) > 0 {
		return string(h.head), h.at
	}
	return "", time.Time{}
}

// rawHead is a request head and the time of its first byte.
type rawHead struct {
	message exchange.Message
	at      time.Time
	raw     string // only of a request
}

// read takes the next bytes, which came at the time now. It cuts the empty lines
// before a request out of p, as servers do (RFC 9112 section 2.2) and net/http
// does not, and returns the number of bytes that are left.
func (h *requestHeads) read(p []byte, now time.Time) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(p)
	h.now, h.empty = now, 0
	if h.phase == nil {
		h.phase = (*requestHeads).readHead
	}
	for len(p) > 0 && !h.lost {
		p = h.phase(h, p)
	}
	return n - h.empty
}

// next returns the head of the next request that net/http hands out.
func (h *requestHeads) next() (rawHead, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ready) == 0 {
		return rawHead{}, false
	}
	r := h.ready[0]
	h.ready = h.ready[1:]
	return r, true
}

func (h *requestHeads) readHead(p []byte) []byte {
	if len(h.head) == 0 {
		begin := bytes.TrimLeft(p, "\r\n")
		if n := len(p) - len(begin); n > 0 {
			h.empty += n
			p = p[:copy(p, begin)]
		}
		if len(p) == 0 {
			return nil
		}
		h.at = h.now
	}
	known := len(h.head)
	all := p
	if known > 0 {
		h.head = append(h.head, p...)
		all = h.head
	}
	n := headEnd(all, known)
	if n == 0 {
		if known == 0 {
			h.head = bytes.Clone(p)
		}
		h.lost = len(h.head) > maxHeader
		return nil
	}
	h.head = nil
	rest, text := p[n-known:], string(all[:n])
	r := rawHead{message: requestHead(text), at: h.at, raw: text}
	h.ready = append(h.ready, r)
	h.frame(&r.message)
	return rest
}

// frame decides what follows a head (RFC 9112 section 6.3).
func (h *requestHeads) frame(m *exchange.Message) {
	switch {
	case m.Method == http.MethodConnect:
		h.lost = true
	case m.Header.HasToken("Transfer-Encoding", "chunked"):
		h.phase = (*requestHeads).readChunkSize
	case m.Header.Has("Content-Length"):
		n, err := strconv.ParseInt(m.Header.Get("Content-Length"), 10, 64)
		h.left, h.lost = n, err != nil || n < 0
		h.phase = (*requestHeads).skipBody
	default:
		h.phase = (*requestHeads).readHead
	}
	if h.left == 0 && !m.Header.Has("Transfer-Encoding") {
		h.phase = (*requestHeads).readHead
	}
}

func (h *requestHeads) skipBody(p []byte) []byte {
	return h.skip(p, (*requestHeads).readHead)
}

func (h *requestHeads) skipChunk(p []byte) []byte {
	return h.skip(p, (*requestHeads).readChunkSize)
}

func (h *requestHeads) skip(p []byte, then func(*requestHeads, []byte) []byte) []byte {
	n := min(h.left, int64(len(p)))
	if h.left -= n; h.left == 0 {
		h.phase = then
	}
	return p[n:]
}

func (h *requestHeads) readChunkSize(p []byte) []byte {
	line, rest, ok := h.readLine(p)
	if !ok {
		return rest
	}
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 64)
	switch {
	case err != nil || n < 0:
		h.lost = true
	case n == 0:
		h.phase = (*requestHeads).readTrailer
	default:
		h.left = n + 2 // with the line end behind the data
		h.phase = (*requestHeads).skipChunk
	}
	return rest
}

func (h *requestHeads) readTrailer(p []byte) []byte {
	line, rest, ok := h.readLine(p)
	if ok && line == "" {
		h.phase = (*requestHeads).readHead
	}
	return rest
}

// maxLine bounds a chunk's size line with its extensions, and a trailer field.
const maxLine = 64 << 10

func (h *requestHeads) readLine(p []byte) (line string, rest []byte, ok bool) {
	i := bytes.IndexByte(p, '\n')
	if i < 0 {
		h.line = append(h.line, p...)
		h.lost = len(h.line) > maxLine
		return "", nil, false
	}
	line = strings.TrimRight(string(append(h.line, p[:i]...)), "\r")
	h.line = h.line[:0]
	return line, p[i+1:], true
}
