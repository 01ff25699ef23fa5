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
	}
	i.known = i.about.known
	return i
}

// maxAtOnce bounds the exchanges that are taken in before the first of them is
// diagnosed: a window that holds maxPerKey must still hold what came before it.
const maxAtOnce = maxPerKey - 32

// Observe diagnoses exchanges that ended, and again those whose picture they
// change: the updates of xs come first, in their order. Exchanges under way yield
// nothing. Parallel exchanges end in another order than they began and change
// each other's picture; given together, each is diagnosed once. Of several
// updates of one exchange the last holds.
func (i *Inspector) Observe(xs ...*exchange.Exchange) []Update {
	if len(xs) == 1 {
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
	var touched []*exchange.Exchange
	for _, x := range xs {
		if x.State == exchange.Active {
			continue
		}
		ended = append(ended, x)
		for _, r := range i.relators {
			touched = append(touched, r.add(x)...)
		}
	}
	if len(ended) == 0 {
		return nil
	}
	updates := i.diagnose(append(ended, touched...))
	// What is said of others is news only if something is, or was, found in them.
	kept := updates[:0]
	for n, u := range updates {
		if still := i.quiet.note(u.Exchange, len(u.Findings) == 0); n < len(ended) || !still {
			kept = append(kept, u)
		}
	}
	return kept
}

// Flush diagnoses again what waited for later exchanges. It is called at the
// end of a capture; Observe may follow.
func (i *Inspector) Flush() []Update {
	var touched []*exchange.Exchange
	for _, r := range i.relators {
		touched = append(touched, r.flush()...)
	}
	updates := i.diagnose(touched)
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
