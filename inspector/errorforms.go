package inspector

import (
	"container/list"
	"slices"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// errorForms remembers in which forms each host reports errors, and with which
// statuses it reports the same one: the earliest example of each.
type errorForms struct {
	entries map[string]*list.Element
	recent  *list.List
}

// hostErrors are the errors of one host.
type hostErrors struct {
	host     string
	forms    map[string]*exchange.Exchange
	statuses map[scenario]*exchange.Exchange
}

type scenario struct {
	says   string
	status int
}

const (
	// maxErrorHosts bounds the hosts; the least recently used goes first.
	maxErrorHosts = 256
	// maxForms and maxScenarios bound what is known of one host.
	maxForms     = 8
	maxScenarios = 128
)

func newErrorForms() *errorForms {
	return &errorForms{entries: map[string]*list.Element{}, recent: list.New()}
}

func (e *errorForms) get(host string) *hostErrors {
	if el, ok := e.entries[host]; ok {
		e.recent.MoveToFront(el)
		return el.Value.(*hostErrors)
	}
	if e.recent.Len() >= maxErrorHosts {
		delete(e.entries, e.recent.Remove(e.recent.Back()).(*hostErrors).host)
	}
	h := &hostErrors{host, map[string]*exchange.Exchange{}, map[scenario]*exchange.Exchange{}}
	e.entries[host] = e.recent.PushFront(h)
	return h
}

func (e *errorForms) add(x *exchange.Exchange) []*exchange.Exchange {
	form, says := rules.ErrorForm(x)
	if form == "" && says == "" {
		return nil
	}
	row := exchange.Row{URL: x.URL}
	h := e.get(row.Host())
	var touched []*exchange.Exchange
	if form != "" && earliest(h.forms, form, x, maxForms) {
		for _, y := range h.forms {
			touched = append(touched, y)
		}
	}
	if says != "" && earliest(h.statuses, scenario{says, x.Response.Status}, x, maxScenarios) {
		for s, y := range h.statuses {
			if s.says == says {
				touched = append(touched, y)
			}
		}
	}
	touched = slices.DeleteFunc(touched, func(y *exchange.Exchange) bool { return y.ID == x.ID })
	slices.SortFunc(touched, byStart)
	return slices.Compact(touched)
}

// earliest keeps x under key if it began before what is there. It reports
// whether that changed anything.
func earliest[K comparable](m map[K]*exchange.Exchange, key K, x *exchange.Exchange, limit int) bool {
	y, known := m[key]
	if !known && len(m) >= limit || known && byStart(x, y) >= 0 {
		return false
	}
	m[key] = x
	return true
}

func (e *errorForms) flush() []*exchange.Exchange { return nil }

func (e *errorForms) link(x *exchange.Exchange, links *rules.Links) {
	form, says := rules.ErrorForm(x)
	if form == "" && says == "" {
		return
	}
	row := exchange.Row{URL: x.URL}
	h := e.get(row.Host())
	for f, y := range h.forms {
		if form != "" && f != form {
			links.OtherForm = earlier(links.OtherForm, y, x)
		}
	}
	for s, y := range h.statuses {
		if says != "" && s.says == says && s.status != x.Response.Status {
			links.OtherStatus = earlier(links.OtherStatus, y, x)
		}
	}
}

// earlier is the earlier of a and b; b counts only if it began before x.
func earlier(a, b, x *exchange.Exchange) *exchange.Exchange {
	if byStart(b, x) >= 0 || a != nil && byStart(a, b) < 0 {
		return a
	}
	return b
}
