package rows

import (
	"hash/maphash"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// values keeps each value once and numbers them from 0.
type values[T comparable] struct {
	all    []T
	places map[T]uint32
}

func (v *values[T]) put(x T) uint32 {
	if i, known := v.places[x]; known {
		return i
	}
	if v.places == nil {
		v.places = map[T]uint32{}
	}
	i := uint32(len(v.all))
	v.all = append(v.all, x)
	v.places[x] = i
	return i
}

// message is what few kinds of messages share.
type message struct{ method, proto, mime string }

// outcome is how an exchange ended and what was found.
type outcome struct {
	state     exchange.State
	mode      exchange.Mode
	synthetic bool
	kind      exchange.FailureKind
	message   string
	findings  []exchange.Headline
	problem   bool
}

// outcomes keeps each outcome once.
type outcomes struct {
	all     []outcome
	places  map[string]uint32
	strings values[string] // rules, severities and so on recur
	key     []byte
}

func (o *outcomes) put(r *exchange.Row, problem func(*exchange.Row) bool) uint32 {
	o.key = outcomeKey(o.key[:0], r)
	if i, known := o.places[string(o.key)]; known {
		return i
	}
	if o.places == nil {
		o.places = map[string]uint32{}
	}
	kept := outcome{
		state: exchange.State(o.shared(string(r.State))), mode: exchange.Mode(o.shared(string(r.Mode))), synthetic: r.Synthetic,
		kind: exchange.FailureKind(o.shared(string(r.FailureKind))), message: strings.Clone(r.FailureMessage), problem: problem(r),
	}
	for _, h := range r.Findings {
		kept.findings = append(kept.findings, exchange.Headline{
			Rule: o.shared(h.Rule), Severity: exchange.Severity(o.shared(string(h.Severity))), Short: strings.Clone(h.Short), Primary: h.Primary,
		})
	}
	i := uint32(len(o.all))
	o.all = append(o.all, kept)
	o.places[string(o.key)] = i
	return i
}

// shared is s without the memory around it, the same for equal strings.
func (o *outcomes) shared(s string) string {
	if i, known := o.strings.places[s]; known {
		return o.strings.all[i]
	}
	return o.strings.all[o.strings.put(strings.Clone(s))]
}

// outcomeKey appends what tells outcomes apart.
func outcomeKey(b []byte, r *exchange.Row) []byte {
	add := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(append(b, ':'), s...)
	}
	add(string(r.State))
	add(string(r.Mode))
	b = strconv.AppendBool(b, r.Synthetic)
	add(string(r.FailureKind))
	add(r.FailureMessage)
	for i := range r.Findings {
		h := &r.Findings[i]
		add(h.Rule)
		add(string(h.Severity))
		add(h.Short)
		b = strconv.AppendBool(b, h.Primary)
	}
	return b
}

const (
	// chunkSize is how much text lies in one piece.
	chunkSize = 256 << 10
	// longestText is the longest text that is kept.
	longestText = 1<<16 - 1
)

// texts keeps each text once and numbers them from 0. Beside the bytes a text
// takes sixteen bytes, where a map of strings takes sixty.
type texts struct {
	chunks []*strings.Builder
	places []place
	slots  []uint32 // open addressing: number + 1, 0 is free
	seed   maphash.Seed
}

type place struct {
	chunk  uint32
	offset uint32
	length uint16
}

func (t *texts) get(i uint32) string {
	p := &t.places[i]
	return t.chunks[p.chunk].String()[p.offset:][:p.length]
}

func (t *texts) put(s string) uint32 {
	if 2*len(t.places) >= len(t.slots) {
		t.grow()
	}
	slot := t.slot(s)
	if n := t.slots[slot]; n > 0 {
		return n - 1
	}
	n := len(t.chunks)
	if n == 0 || t.chunks[n-1].Len()+len(s) > chunkSize {
		chunk := new(strings.Builder)
		chunk.Grow(chunkSize)
		t.chunks = append(t.chunks, chunk)
		n++
	}
	chunk := t.chunks[n-1]
	t.places = append(t.places, place{uint32(n - 1), uint32(chunk.Len()), uint16(len(s))})
	chunk.WriteString(s)
	t.slots[slot] = uint32(len(t.places))
	return uint32(len(t.places) - 1)
}

// slot is where s stands, or would stand.
func (t *texts) slot(s string) int {
	mask := len(t.slots) - 1
	i := int(maphash.String(t.seed, s)) & mask
	for t.slots[i] > 0 && t.get(t.slots[i]-1) != s {
		i = (i + 1) & mask
	}
	return i
}

func (t *texts) grow() {
	if t.slots == nil {
		t.seed = maphash.MakeSeed()
	}
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	for i := range t.places {
		t.slots[t.slot(t.get(uint32(i)))] = uint32(i + 1)
	}
}
