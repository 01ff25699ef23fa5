// Package rules holds the diagnoses: one file each, with its explanation, its
// fixes, its reference and its examples. The catalogue test executes every
// example.
//
// To add a diagnosis, write a file named after its ID that calls rule, then run
// the package's test with -update for its golden file.
package rules

import (
	"sort"
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/spelling"
)

// Rule is one diagnosis.
type Rule struct {
	// ID is kebab-case and the name of the file.
	ID string
	// Title is what the rule finds, in a few words.
	Title  string
	Family Family
	// Severity is that of its findings unless they state their own.
	Severity exchange.Severity
	// Fallback: the rule says in general what more exact rules of its family
	// or of another say better. Its findings are left out if one of those, CORS
	// and Aside excepted, found an error or a warning. What CORS hides is still worth saying.
	Fallback bool
	// Aside: a warning of the rule does not say why an exchange failed, so a
	// Fallback that does stays beside it.
	Aside bool
	// PerHost: what the rule finds is a habit of the host, so of all exchanges
	// with the host only the earliest that shows it has the finding.
	PerHost bool
	// PerEndpoint: the same for an endpoint, i.e. host, method and path template.
	PerEndpoint bool

	// Explain are the sentences on the mechanism; they become Finding.Why.
	Explain string
	// FixClient and FixServer say in general what to change; findings replace
	// them by what to change in their exchange.
	FixClient, FixServer string
	// Spec is the URL of the reference.
	Spec string

	// When selects the exchanges that Check is called for.
	When When
	// Check returns what it found in the exchange, or nil. It fills in Verdict,
	// Short, Evidence and Fix; the rest has defaults from the rule. It reads the
	// case alone and changes nothing.
	Check func(c *Case) *Finding

	Examples []Example
}

// Finding is what Check returns.
type Finding = exchange.Finding

// Example is a transcript on which the rule fires, or must not.
type Example struct {
	// Name tells the examples of a rule apart.
	Name string
	// HTTP is in the notation of package transcript. The verdict is about its
	// last exchange unless On names another.
	HTTP string
	On   exchange.ID
	// Finds is a part of the verdict; "" if the rule must stay quiet.
	Finds string
	// Also are other rules that report an error or a warning on it.
	Also []string
}

// Family groups rules.
type Family string

// The families.
const (
	Transport   Family = "transport"
	CORS        Family = "cors"
	Gateway     Family = "gateway"
	Auth        Family = "auth"
	Redirect    Family = "redirect"
	RateLimit   Family = "rate-limit"
	Content     Family = "content"
	Method      Family = "method"
	Cache       Family = "cache"
	Range       Family = "range"
	Upgrade     Family = "upgrade"
	Cookie      Family = "cookie"
	Provider    Family = "provider"
	Client      Family = "client"
	Security    Family = "security"
	REST        Family = "rest"
	Performance Family = "performance"
)

// precedence orders the families by how close they are to the cause: what
// broke the transport explains everything after it, and a CORS verdict that
// hides a status comes before that status.
var precedence = []Family{
	Transport, CORS, Gateway, Auth, Redirect, RateLimit, Content, Method,
	Cache, Range, Upgrade, Cookie, Client, Provider, Security, REST, Performance,
}

// Precedence is the place of the family in the order of causes, from 0.
func (f Family) Precedence() int {
	for i, p := range precedence {
		if p == f {
			return i
		}
	}
	return len(precedence)
}

// Set are rules as Run asks them.
type Set struct {
	rules []*Rule
	// needs are those of the rules, side by side: most rules are passed over.
	needs []facts
}

// NewSet returns the set of these rules, in their order.
func NewSet(of []*Rule) *Set {
	s := &Set{rules: of, needs: make([]facts, len(of))}
	for i, r := range of {
		s.needs[i] = r.When.needs
	}
	return s
}

var registry = map[string]*Rule{}

// rule registers r. Its result is there to be assigned to _.
func rule(r Rule) struct{} {
	if registry[r.ID] != nil {
		panic("two rules are called " + r.ID)
	}
	registry[r.ID] = &r
	return struct{}{}
}

// All returns the rules ordered by family, then by ID. The rules are shared and
// not to be changed.
func All() []*Rule {
	all := make([]*Rule, 0, len(registry))
	for _, r := range registry {
		all = append(all, r)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.Family != b.Family {
			return a.Family.Precedence() < b.Family.Precedence()
		}
		return a.ID < b.ID
	})
	return all
}

// Lookup returns the rule called id, or nil.
func Lookup(id string) *Rule { return registry[id] }

// Nearest returns the ID that is spelled most like id, "" if none is close.
func Nearest(id string) string {
	best, bestDistance := "", len(id)/3+2
	for _, r := range All() {
		d := spelling.Distance(id, r.ID)
		if strings.Contains(r.ID, id) && len(id) >= 4 {
			d = min(d, 1)
		}
		if d < bestDistance {
			best, bestDistance = r.ID, d
		}
	}
	return best
}
