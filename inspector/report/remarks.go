package report

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

// remarksOn are the remarks that one exchange gives rise to.
func remarksOn(x *exchange.Exchange, findings []exchange.Finding) []remarkKey {
	var found []remarkKey
	note := func(kind, format string, args ...any) {
		found = append(found, remarkKey{kind, x.Request.Method, fmt.Sprintf(format, args...)})
	}
	if missing := missingField(x); missing != "" {
		note("missing-field", "%d without %s", x.Response.Status, missing)
	}
	if better, why := usualStatus(x); better != "" {
		note("success-code", "%d %s; %s is usual", x.Response.Status, why, better)
	}
	for _, f := range findings {
		if kind := remarkRules[f.Rule]; kind != "" {
			note(kind, "%s", clip(f.Short, 60))
		}
	}
	return found
}

// remarkRules are the rules whose findings a report repeats, and the kind of
// their remarks.
var remarkRules = map[string]string{
	"stack-trace-leak":                   "stack-trace",
	"generic-code-where-specific-exists": "generic-code",
	"error-in-200":                       "error-in-success",
	"idempotency-inconsistent":           "idempotency",
	"no-content-with-body":               "success-code",
	"problem-json-invalid":               "error-form",
}

// missingField is the field that the status asks for and the response lacks, ""
// if there is none.
func missingField(x *exchange.Exchange) string {
	h, field := x.Response.Header, ""
	switch x.Response.Status {
	case http.StatusCreated:
		if x.Request.Method == http.MethodPost && !h.Has("Content-Location") {
			field = "Location"
		}
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		field = "Location"
	case http.StatusUnauthorized:
		field = "WWW-Authenticate"
	case http.StatusProxyAuthRequired:
		field = "Proxy-Authenticate"
	case http.StatusMethodNotAllowed:
		field = "Allow"
	case http.StatusUpgradeRequired:
		field = "Upgrade"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		field = "Retry-After"
	case http.StatusPartialContent:
		// Several ranges have their Content-Range in the parts (RFC 9110 section 15.3.7.2).
		if x.Response.MediaType() != "multipart/byteranges" {
			field = "Content-Range"
		}
	case http.StatusRequestedRangeNotSatisfiable:
		field = "Content-Range"
	}
	if field == "" || h.Has(field) {
		return ""
	}
	return field
}

// usual are the statuses of success that REST has for each method.
var usual = map[string][]int{
	http.MethodGet: {200}, http.MethodHead: {200}, http.MethodPost: {201}, http.MethodPut: {200, 204}, http.MethodPatch: {200, 204}, http.MethodDelete: {204},
}

// usualStatus is the status of success that fits better than that of x, and
// why; both are "" if that of x fits. A POST need not create anything, so 200 is
// remarked on only if the response names a new resource.
func usualStatus(x *exchange.Exchange) (better, why string) {
	s, empty := x.Response.Status, x.Response.Body.State == exchange.NoBody
	if s < 200 || s > 299 {
		return "", ""
	}
	switch x.Request.Method {
	case http.MethodGet, http.MethodHead:
		if s == http.StatusCreated {
			return "200", "to a read"
		}
	case http.MethodPost:
		if s == http.StatusOK && x.Response.Header.Has("Location") {
			return "201", "with Location"
		}
	case http.MethodPatch:
		if s == http.StatusCreated {
			return "200 or 204", "to an update"
		}
	case http.MethodPut:
		if s == http.StatusOK && empty {
			return "204", "without content"
		}
	case http.MethodDelete:
		if s == http.StatusOK && empty {
			return "204", "without content"
		}
		if s == http.StatusCreated {
			return "204", "to a delete"
		}
	}
	return "", ""
}

// hostRemarks are those about all endpoints of a host together.
func (h *hostReport) remarks() []remark {
	var found []remark
	if len(h.forms) > 1 {
		parts, r := []string{}, remark{remarkKey: remarkKey{kind: "error-form"}}
		for _, form := range sorted(h.forms) {
			s := h.forms[form]
			parts = append(parts, fmt.Sprintf("%s ×%d", form, s.Count))
			r.ids, r.count = append(r.ids, s.First), r.count+s.Count
		}
		r.text = "errors come in different forms: " + strings.Join(parts, ", ")
		found = append(found, r)
	}
	for _, says := range sorted(h.scenarios) {
		statuses := h.scenarios[says]
		if len(statuses) < 2 {
			continue
		}
		parts, r := []string{}, remark{remarkKey: remarkKey{kind: "same-scenario"}}
		for _, status := range sorted(statuses) {
			s := statuses[status]
			parts = append(parts, fmt.Sprintf("%d (%s)", status, s.at))
			r.ids, r.count = append(r.ids, s.First), r.count+s.Count
		}
		r.text = fmt.Sprintf("%q is answered with different statuses: %s", says, strings.Join(parts, ", "))
		found = append(found, r)
	}
	return found
}
