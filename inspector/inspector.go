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
	rules    []*rules.Rule
	relators []relator
	notes    *hostNotes
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
	return &Inspector{
		rules: o.Rules,
		relators: []relator{
			newPreflights(), newRedirects(), newAttempts(), newSiblings(), newHosts(), newErrorForms(),
			newChallenges(), newRefreshes(), newTokens(), newNearMisses(), newRevalidations(), newCookieJars(),
		},
		notes: newHostNotes(),
	}
}

// Observe diagnoses an exchange that ended, and again those whose picture it
// changes: the update of x comes first. An exchange under way yields nothing.
func (i *Inspector) Observe(x *exchange.Exchange) []Update {
	if x.State == exchange.Active {
		return nil
	}
	var touched []*exchange.Exchange
	for _, r := range i.relators {
		touched = append(touched, r.add(x)...)
	}
	if len(touched) == 0 {
		// Nearly always: nothing else to diagnose, unless a note moves to x.
		found, displaced := i.notes.keep(x, i.findings(x))
		update := Update{Exchange: x.ID, Findings: choose(found)}
		if len(displaced) == 0 {
			return []Update{update}
		}
		return append([]Update{update}, i.diagnose(displaced)...)
	}
	return i.diagnose(append([]*exchange.Exchange{x}, touched...))
}

// Flush diagnoses again what waited for later exchanges. It is called at the
// end of a capture; Observe may follow.
func (i *Inspector) Flush() []Update {
	var touched []*exchange.Exchange
	for _, r := range i.relators {
		touched = append(touched, r.flush()...)
	}
	return i.diagnose(touched)
}

func (i *Inspector) diagnose(xs []*exchange.Exchange) []Update {
	var updates []Update
	at := make(map[exchange.ID]int, len(xs))
	xs = unique(xs)
	for n := 0; n < len(xs); n++ {
		x := xs[n]
		if _, done := at[x.ID]; !done {
			at[x.ID] = len(updates)
			updates = append(updates, Update{Exchange: x.ID})
		}
		found, displaced := i.notes.keep(x, i.findings(x))
		updates[at[x.ID]].Findings = choose(found)
		// Each moves a note to an earlier exchange, so this ends.
		xs = append(xs, displaced...)
	}
	return updates
}

// findings are what the rules find in x, unordered.
func (i *Inspector) findings(x *exchange.Exchange) []exchange.Finding {
	c := &rules.Case{X: x}
	for _, r := range i.relators {
		r.link(x, &c.Links)
	}
	return rules.Run(c, i.rules, i.notes.of(x).known)
}

// unique leaves out repeated exchanges and keeps the order.
func unique(xs []*exchange.Exchange) []*exchange.Exchange {
	if len(xs) < 2 {
		return xs
	}
	seen := make(map[exchange.ID]bool, len(xs))
	return slices.DeleteFunc(xs, func(x *exchange.Exchange) bool {
		again := seen[x.ID]
		seen[x.ID] = true
		return again
	})
}
