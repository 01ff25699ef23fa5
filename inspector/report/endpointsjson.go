package report

import (
	"encoding/json"

	"httpwhy/inspector/exchange"
)

// EndpointReport is the report as programs read it. Its form is stable.
type EndpointReport struct {
	Exchanges int          `json:"exchanges"`
	LeftOut   int          `json:"leftOut"`
	Hosts     []HostReport `json:"hosts"`
}

// HostReport is what one host answered.
type HostReport struct {
	Host      string     `json:"host"`
	Exchanges int        `json:"exchanges"`
	Endpoints []Endpoint `json:"endpoints"`
	// ErrorForms are the forms in which the host reports errors.
	ErrorForms []ErrorForm `json:"errorForms"`
	Remarks    []Remark    `json:"remarks"`
}

// Endpoint is what one endpoint answered. Path has IDs written as {id}.
type Endpoint struct {
	Path    string   `json:"path"`
	Methods []Method `json:"methods"`
	Remarks []Remark `json:"remarks"`
}

// Method is what an endpoint answered to one method.
type Method struct {
	Method string `json:"method"`
	// Usual are the statuses of success that REST has for the method.
	Usual    []int         `json:"usual"`
	Statuses []StatusCount `json:"statuses"`
	// Failures are the exchanges without a response.
	Failures int `json:"failures"`
}

// StatusCount says how often a status was answered, and where first.
type StatusCount struct {
	Status int         `json:"status"`
	Count  int         `json:"count"`
	First  exchange.ID `json:"first"`
}

// ErrorForm says how often errors came in a form, and where first.
type ErrorForm struct {
	Form  string      `json:"form"`
	Count int         `json:"count"`
	First exchange.ID `json:"first"`
}

// Remark is something that the maker of an API may want to change. Exchanges
// are its first examples, at most 5 of Count for an endpoint.
type Remark struct {
	Kind      string        `json:"kind"`
	Method    string        `json:"method,omitempty"`
	Text      string        `json:"text"`
	Count     int           `json:"count"`
	Exchanges []exchange.ID `json:"exchanges"`
}

// JSON renders the report as one JSON object, without a line break at its end.
func (e *Endpoints) JSON() ([]byte, error) {
	o := EndpointReport{Exchanges: e.exchanges, LeftOut: e.leftOut, Hosts: []HostReport{}}
	for _, host := range sorted(e.hosts) {
		h := e.hosts[host]
		r := HostReport{Host: shown(host), Exchanges: h.exchanges, Endpoints: []Endpoint{}, ErrorForms: []ErrorForm{}, Remarks: []Remark{}}
		for _, form := range sorted(h.forms) {
			s := h.forms[form]
			r.ErrorForms = append(r.ErrorForms, ErrorForm{form, s.Count, s.First})
		}
		for _, m := range h.remarks() {
			r.Remarks = append(r.Remarks, m.json())
		}
		for _, template := range sorted(h.endpoints) {
			r.Endpoints = append(r.Endpoints, h.endpoints[template].json(template))
		}
		o.Hosts = append(o.Hosts, r)
	}
	return json.Marshal(o)
}

func (ep *endpointReport) json(template string) Endpoint {
	o := Endpoint{Path: shown(template), Methods: []Method{}, Remarks: []Remark{}}
	for _, method := range sorted(ep.methods) {
		m := ep.methods[method]
		c := Method{Method: shown(method), Usual: append([]int{}, usual[method]...), Statuses: []StatusCount{}, Failures: m.failures}
		for _, status := range sorted(m.statuses) {
			s := m.statuses[status]
			c.Statuses = append(c.Statuses, StatusCount{status, s.Count, s.First})
		}
		o.Methods = append(o.Methods, c)
	}
	for _, r := range ep.sortedRemarks() {
		o.Remarks = append(o.Remarks, r.json())
	}
	return o
}

func (r *remark) json() Remark {
	return Remark{r.kind, shown(r.method), shown(r.text), r.count, append([]exchange.ID{}, r.ids...)}
}
