package inspector

import (
	"container/list"
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// hostNotes keeps the findings about a host as a whole on the earliest exchange
// that shows them, whatever the order in which the exchanges came.
type hostNotes struct {
	entries map[noteKey]*list.Element
	recent  *list.List
	bytes   int
}

type noteKey struct{ host, rule string }

type note struct {
	key noteKey
	on  *exchange.Exchange
}

func newHostNotes() *hostNotes {
	return &hostNotes{entries: map[noteKey]*list.Element{}, recent: list.New()}
}

// keep leaves out the findings that an earlier exchange has. It returns the
// exchanges that lose theirs to x.
func (n *hostNotes) keep(x *exchange.Exchange, found []exchange.Finding) (kept []exchange.Finding, displaced []*exchange.Exchange) {
	kept = slices.DeleteFunc(found, func(f exchange.Finding) bool {
		r := rules.Lookup(f.Rule)
		if r == nil || !r.PerHost {
			return false
		}
		row := exchange.Row{URL: x.URL}
		on, mine := n.claim(noteKey{row.Host(), f.Rule}, x)
		if on != nil {
			displaced = append(displaced, on)
		}
		return !mine
	})
	return kept, displaced
}

// claim notes that x shows what key is about. It reports whether x is the
// earliest to do so, and which exchange was that before.
func (n *hostNotes) claim(key noteKey, x *exchange.Exchange) (displaced *exchange.Exchange, mine bool) {
	if el, ok := n.entries[key]; ok {
		n.recent.MoveToFront(el)
		e := el.Value.(*note)
		order := byStart(x, e.on)
		if order > 0 {
			return nil, false
		}
		if order < 0 {
			displaced = e.on
		}
		n.bytes += weight(x) - weight(e.on)
		e.on = x
		return displaced, true
	}
	n.entries[key] = n.recent.PushFront(&note{key, x})
	n.bytes += weight(x)
	for n.recent.Len() > maxKeys || n.bytes > maxBytes && n.recent.Len() > 1 {
		oldest := n.recent.Remove(n.recent.Back()).(*note)
		delete(n.entries, oldest.key)
		n.bytes -= weight(oldest.on)
	}
	return nil, true
}
