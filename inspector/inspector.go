// Package inspector finds out why exchanges failed. It joins an exchange to its
// relatives, asks the rules about it and chooses the finding to read first.
//
// It knows no clock but that of the exchanges, so a capture that is read again
// yields the findings of the live session, in whatever order the exchanges
// ended.
package inspector

import (
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// Options are the settings of an Inspector. The zero value asks all rules.
type Options struct {
	// Rules are those to ask; nil is all of them.
	Rules []*rules.Rule
}

// Update replaces all findings of one exchange. No findings means that there
// are none (any more).
type Update struct {
	Exchange exchange.ID
	// Findings are sorted: the primary one first, then by weight.
	Findings []exchange.Finding
}

// Inspector diagnoses the exchanges of one capture. It is used by one
// goroutine.
type Inspector struct {
	rules    *rules.Set
	relators []relator
	notes    *hostNotes
	quiet    quiet
	// c and about are those of the exchange that is being diagnosed.
	c     rules.Case
	about subject
	known func(*rules.Rule) bool
	// seen is what unique has seen.
	seen map[exchange.ID]struct{}
	// due are those to diagnose again, in the order of waiting.
	due     map[exchange.ID]*exchange.Exchange
	waiting []exchange.ID
}

// quiet remembers, in a bounded way, in which exchanges nothing was found.
type quiet [4096]exchange.ID

// note takes down whether nothing was found in an exchange. It reports whether
// that is known to be as before.
func (q *quiet) note(id exchange.ID, nothing bool) (still bool) {
	at := &q[id%exchange.ID(len(q))]
	still = nothing && *at == id
	if nothing {
		*at = id
	} else if *at == id {
		*at = 0
	}
	return still
}

// relator joins exchanges. Its memory is bounded in count.
type relator interface {
	// add takes in an exchange that ended and returns those seen before whose
	// relations changed by it.
	add(x *exchange.Exchange) []*exchange.Exchange
	// flush tells that the capture ended and returns what changed by that.
	flush() []*exchange.Exchange
	// link fills in the relations of x.
	link(x *exchange.Exchange, links *rules.Links)
}

// New returns an Inspector that has seen nothing yet.
func New(o Options) *Inspector {
	if o.Rules == nil {
		o.Rules = rules.All()
	}
	i := &Inspector{
		rules: rules.NewSet(o.Rules),
		relators: []relator{
			newPreflights(), newRedirects(), newAttempts(), newSiblings(), newHosts(), newErrorForms(),
			newChallenges(), newRefreshes(), newTokens(), newNearMisses(), newRevalidations(), newCookieJars(),
		},
		notes: newHostNotes(),
		seen:  map[exchange.ID]struct{}{},
		due:   map[exchange.ID]*exchange.Exchange{},
	}
	i.known = i.about.known
	return i
}

// maxAtOnce bounds the exchanges that are taken in before the first of them is
// diagnosed: a window that holds maxPerKey must still hold what came before it.
const maxAtOnce = maxPerKey - 32

// maxAgain bounds the exchanges that are diagnosed again for one that ended. The
// others wait for the next call.
const maxAgain = 32

// Observe diagnoses exchanges that ended, and again those whose picture they
// change: the updates of xs come first, in their order. Exchanges under way yield
// nothing. Parallel exchanges end in another order than they began and change
// each other's picture; given together, each is diagnosed once. Of several
// updates of one exchange the last holds.
//
// The work of a call is bounded: while Behind reports true, call Observe again,
// with or without exchanges.
func (i *Inspector) Observe(xs ...*exchange.Exchange) []Update {
	if len(xs) <= 1 {
		return i.observe(xs)
	}
	var updates []Update
	for part := range slices.Chunk(xs, maxAtOnce) {
		updates = append(updates, i.observe(part)...)
	}
	return updates
}

func (i *Inspector) observe(xs []*exchange.Exchange) []Update {
	ended := make([]*exchange.Exchange, 0, len(xs))
	for _, x := range xs {
		if x.State == exchange.Active {
			continue
		}
		ended = append(ended, x)
		for _, r := range i.relators {
			i.postpone(r.add(x))
		}
	}
	for _, x := range ended {
		delete(i.due, x.ID)
	}
	now := i.takeDue(ended, maxAgain*max(1, len(ended)))
	if len(now) == 0 {
		return nil
	}
	updates := i.diagnose(now)
	// What is said of others is news only if something is, or was, found in them.
	kept := updates[:0]
	for n, u := range updates {
		if still := i.quiet.note(u.Exchange, len(u.Findings) == 0); n < len(ended) || !still {
			kept = append(kept, u)
		}
	}
	return kept
}

// Behind reports whether exchanges wait to be diagnosed again.
func (i *Inspector) Behind() bool { return len(i.due) > 0 }

// postpone has exchanges diagnosed again later.
func (i *Inspector) postpone(touched []*exchange.Exchange) {
	for _, x := range touched {
		if _, waits := i.due[x.ID]; !waits {
			i.waiting = append(i.waiting, x.ID)
		}
		i.due[x.ID] = x // the latest state
	}
}

// takeDue appends at most n of those that wait.
func (i *Inspector) takeDue(to []*exchange.Exchange, n int) []*exchange.Exchange {
	for ; len(i.due) > 0 && n > 0; i.waiting = i.waiting[1:] {
		id := i.waiting[0]
		if x, waits := i.due[id]; waits {
			to = append(to, x)
			delete(i.due, id)
			n--
		}
	}
	if len(i.due) == 0 {
		i.waiting = i.waiting[:0]
	}
	return to
}

// Flush diagnoses again all that waits, also for later exchanges. It is called at
// the end of a capture; Observe may follow.
func (i *Inspector) Flush() []Update {
	for _, r := range i.relators {
		i.postpone(r.flush())
	}
	updates := i.diagnose(i.takeDue(nil, len(i.due)))
	for _, u := range updates {
		i.quiet.note(u.Exchange, len(u.Findings) == 0)
	}
	return updates
}

func (i *Inspector) diagnose(xs []*exchange.Exchange) []Update {
	xs = i.unique(xs)
	updates := make([]Update, len(xs))
	var displaced []*exchange.Exchange
	for n, x := range xs {
		updates[n].Exchange = x.ID
		found, moved := i.notes.keep(x, i.findings(x))
		updates[n].Findings = choose(found)
		displaced = append(displaced, moved...)
	}
	// Each moves a note to an earlier exchange, so this ends.
	for n := 0; n < len(displaced); n++ {
		x := displaced[n]
		found, moved := i.notes.keep(x, i.findings(x))
		displaced = append(displaced, moved...)
		update := Update{x.ID, choose(found)}
		if at := slices.IndexFunc(updates, func(u Update) bool { return u.Exchange == x.ID }); at >= 0 {
			updates[at] = update
		} else {
			updates = append(updates, update)
		}
	}
	return updates
}

// findings are what the rules find in x, unordered.
func (i *Inspector) findings(x *exchange.Exchange) []exchange.Finding {
	i.c = rules.Case{X: x}
	for _, r := range i.relators {
		r.link(x, &i.c.Links)
	}
	i.about = subject{notes: i.notes, x: x}
	return rules.Run(&i.c, i.rules, i.known)
}

// unique leaves out repeated exchanges and keeps the order.
func (i *Inspector) unique(xs []*exchange.Exchange) []*exchange.Exchange {
	if len(xs) < 2 {
		return xs
	}
	clear(i.seen)
	return slices.DeleteFunc(xs, func(x *exchange.Exchange) bool {
		known := len(i.seen)
		i.seen[x.ID] = struct{}{}
		return len(i.seen) == known
	})
}
