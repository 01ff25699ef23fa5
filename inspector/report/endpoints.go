package report

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	"httpwhy/inspector/endpoint"
	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// The bounds of a report. What is beyond them is counted as left out.
const (
	maxHosts     = 256
	maxEndpoints = 2000 // of all hosts
	maxStatuses  = 32   // of one method
	maxForms     = 16   // of one host
	maxScenarios = 256  // of one host
	maxRemarks   = 64   // of one endpoint
	maxExamples  = 5    // of one remark
)

// Endpoints collects what the endpoints of APIs answered: which methods with
// which statuses, and what of that differs from the rules of REST. Its memory is
// bounded, and what it says does not depend on the order of Add within the
// bounds. It is used by one goroutine.
type Endpoints struct {
	hosts map[string]*hostReport
	count int
	// exchanges are those taken in, leftOut those of APIs beyond the bounds.
	exchanges, leftOut int
}

type hostReport struct {
	endpoints map[string]*endpointReport
	forms     map[string]*seen
	// scenarios are the statuses with which the host says the same.
	scenarios map[string]map[int]*example
	exchanges int
}

type endpointReport struct {
	methods map[string]*methodReport
	remarks map[remarkKey]*remark
}

type methodReport struct {
	statuses map[int]*seen
	// failures are the exchanges without a response.
	failures int
}

// seen counts exchanges; First is the one with the lowest number.
type seen struct {
	Count int
	First exchange.ID
}

func (s *seen) add(id exchange.ID) {
	if s.Count++; s.First == 0 || id < s.First {
		s.First = id
	}
}

// example is the first exchange of a scenario and its endpoint.
type example struct {
	seen
	at string
}

type remarkKey struct {
	kind, method, text string
}

// remark is something about an endpoint that its maker may want to change.
type remark struct {
	remarkKey
	count int
	ids   []exchange.ID
}

// NewEndpoints returns an empty report.
func NewEndpoints() *Endpoints { return &Endpoints{hosts: map[string]*hostReport{}} }

// Add takes in an exchange that ended and the findings about it. What is no
// call of an API is passed over, as are tunnels, preflights and what httpwhy
// answered itself. It keeps neither of the two.
func (e *Endpoints) Add(x *exchange.Exchange, findings []exchange.Finding) {
	if x.State == exchange.Active || x.Mode == exchange.Tunnel || x.Request.Method == http.MethodConnect || !rules.API(x) {
		return
	}
	name, template := endpoint.Of(x.URL)
	host, ep := e.endpoint(name, template)
	if ep == nil {
		e.leftOut++
		return
	}
	e.exchanges++
	host.exchanges++
	m := ep.methods[x.Request.Method]
	if m == nil {
		if len(ep.methods) >= maxStatuses {
			e.leftOut++
			return
		}
		m = &methodReport{statuses: map[int]*seen{}}
		ep.methods[x.Request.Method] = m
	}
	if x.Response == nil || x.Synthetic {
		m.failures++
		return
	}
	count(m.statuses, x.Response.Status, x.ID, maxStatuses)
	host.errors(x, x.Request.Method+" "+template)
	for _, r := range remarksOn(x, findings) {
		ep.remark(r, x.ID)
	}
}

// endpoint is the report of one endpoint, nil if the bounds are reached.
func (e *Endpoints) endpoint(host, template string) (*hostReport, *endpointReport) {
	h := e.hosts[host]
	if h == nil {
		if len(e.hosts) >= maxHosts {
			return nil, nil
		}
		h = &hostReport{endpoints: map[string]*endpointReport{}, forms: map[string]*seen{}, scenarios: map[string]map[int]*example{}}
		e.hosts[host] = h
	}
	ep := h.endpoints[template]
	if ep == nil {
		if e.count >= maxEndpoints {
			return h, nil
		}
		e.count++
		ep = &endpointReport{methods: map[string]*methodReport{}, remarks: map[remarkKey]*remark{}}
		h.endpoints[template] = ep
	}
	return h, ep
}

func count[K comparable](m map[K]*seen, key K, id exchange.ID, limit int) {
	s := m[key]
	if s == nil {
		if len(m) >= limit {
			return
		}
		s = &seen{}
		m[key] = s
	}
	s.add(id)
}

// errors takes down in which form x reports an error, and what it says.
func (h *hostReport) errors(x *exchange.Exchange, at string) {
	form, says := rules.ErrorForm(x)
	if form != "" {
		count(h.forms, form, x.ID, maxForms)
	}
	if says == "" {
		return
	}
	statuses := h.scenarios[says]
	if statuses == nil {
		if len(h.scenarios) >= maxScenarios {
			return
		}
		statuses = map[int]*example{}
		h.scenarios[says] = statuses
	}
	s := statuses[x.Response.Status]
	if s == nil {
		if len(statuses) >= maxStatuses {
			return
		}
		s = &example{}
		statuses[x.Response.Status] = s
	}
	s.add(x.ID)
	if s.First == x.ID {
		s.at = at
	}
}

func (ep *endpointReport) remark(key remarkKey, id exchange.ID) {
	r := ep.remarks[key]
	if r == nil {
		if len(ep.remarks) >= maxRemarks {
			return
		}
		r = &remark{remarkKey: key}
		ep.remarks[key] = r
	}
	r.count++
	at, _ := slices.BinarySearch(r.ids, id)
	r.ids = slices.Insert(r.ids, at, id)
	r.ids = r.ids[:min(len(r.ids), maxExamples)]
}

// sorted are the keys of a map in order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// remarks are the remarks by method, kind and text.
func (ep *endpointReport) sortedRemarks() []*remark {
	return slices.SortedFunc(maps.Values(ep.remarks), func(a, b *remark) int {
		return cmp.Or(cmp.Compare(a.method, b.method), cmp.Compare(a.kind, b.kind), cmp.Compare(a.text, b.text))
	})
}
