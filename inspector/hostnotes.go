package inspector

import (
	"container/list"
	"slices"

	"httpwhy/inspector/endpoint"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// hostNotes keeps the findings about a host as a whole on the earliest exchange
// that shows them, whatever the order in which the exchanges came.
type hostNotes struct {
	entries map[noteKey]*list.Element
	// held are the notes by the exchange that has them.
	held   map[exchange.ID][]noteKey
	recent *list.List
	bytes  int
}

// noteKey is a host, or an endpoint of it, and the rule.
type noteKey struct{ about, rule string }

type note struct {
	key noteKey
	on  *exchange.Exchange
}

func newHostNotes() *hostNotes {
	return &hostNotes{entries: map[noteKey]*list.Element{}, held: map[exchange.ID][]noteKey{}, recent: list.New()}
}

// keep leaves out the findings that an earlier exchange has. It returns the
// exchanges that lose theirs to x.
func (n *hostNotes) keep(x *exchange.Exchange, found []exchange.Finding) (kept []exchange.Finding, displaced []*exchange.Exchange) {
	n.release(x, found)
	kept = slices.DeleteFunc(found, func(f exchange.Finding) bool {
		key, collapses := noteKeyOf(rules.Lookup(f.Rule), x)
		if !collapses {
			return false
		}
		on, mine := n.claim(key, x)
		if on != nil {
			displaced = append(displaced, on)
		}
		return !mine
	})
	return kept, displaced
}

// noteKeyOf is what a finding of r in x is about; ok is false if that is x
// itself.
func noteKeyOf(r *rules.Rule, x *exchange.Exchange) (key noteKey, ok bool) {
	if r == nil {
		return key, false
	}
	about := (&subject{x: x}).of(r)
	return noteKey{about, r.ID}, about != ""
}

// subject is what the notes of an exchange are about, worked out when the first
// is asked for.
type subject struct {
	notes          *hostNotes
	x              *exchange.Exchange
	host, endpoint string
}

// of is what a note of r is about, "" if that is the exchange alone.
func (s *subject) of(r *rules.Rule) string {
	switch {
	case r.PerHost:
		if s.host == "" {
			row := exchange.Row{URL: s.x.URL}
			s.host = row.Host()
		}
		return s.host
	case r.PerEndpoint:
		if s.endpoint == "" {
			host, template := endpoint.Of(s.x.URL)
			s.endpoint = host + " " + s.x.Request.Method + " " + template
		}
		return s.endpoint
	}
	return ""
}

// known reports whether an exchange before this one shows already what r could
// find in it.
func (s *subject) known(r *rules.Rule) bool {
	about := s.of(r)
	if about == "" {
		return false
	}
	el, ok := s.notes.entries[noteKey{about, r.ID}]
	if !ok || byStart(s.x, el.Value.(*note).on) <= 0 {
		return false
	}
	s.notes.recent.MoveToFront(el)
	return true
}

// release gives up the notes that x had and does not show any more: what it
// shows may depend on exchanges that came later.
func (n *hostNotes) release(x *exchange.Exchange, found []exchange.Finding) {
	for _, key := range n.held[x.ID] {
		if slices.ContainsFunc(found, func(f exchange.Finding) bool { return f.Rule == key.rule }) {
			continue
		}
		if el, ok := n.entries[key]; ok && el.Value.(*note).on.ID == x.ID {
			n.remove(el)
		}
	}
}

// remove forgets a note.
func (n *hostNotes) remove(el *list.Element) {
	e := n.recent.Remove(el).(*note)
	delete(n.entries, e.key)
	n.bytes -= weight(e.on)
	n.let(e)
}

// let takes down that the holder of e does not hold it any more.
func (n *hostNotes) let(e *note) {
	n.held[e.on.ID] = slices.DeleteFunc(n.held[e.on.ID], func(key noteKey) bool { return key == e.key })
	if len(n.held[e.on.ID]) == 0 {
		delete(n.held, e.on.ID)
	}
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
			n.let(e)
			n.held[x.ID] = append(n.held[x.ID], key)
		}
		n.bytes += weight(x) - weight(e.on)
		e.on = x
		return displaced, true
	}
	n.entries[key] = n.recent.PushFront(&note{key, x})
	n.bytes += weight(x)
	n.held[x.ID] = append(n.held[x.ID], key)
	for n.recent.Len() > maxKeys || n.bytes > maxBytes && n.recent.Len() > 1 {
		n.remove(n.recent.Back())
	}
	return nil, true
}
