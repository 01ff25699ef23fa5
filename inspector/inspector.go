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
		rules:    o.Rules,
		relators: []relator{newPreflights(), newRedirects(), newAttempts()},
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
	for _, x := range xs {
		if slices.ContainsFunc(updates, func(u Update) bool { return u.Exchange == x.ID }) {
			continue
		}
		c := &rules.Case{X: x}
		for _, r := range i.relators {
			r.link(x, &c.Links)
		}
		updates = append(updates, Update{Exchange: x.ID, Findings: choose(rules.Run(c, i.rules))})
	}
	return updates
}
