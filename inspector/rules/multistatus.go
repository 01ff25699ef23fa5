package rules

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// multiStatus counts the items of a 207 (RFC 4918 section 13).
type multiStatus struct {
	items, failed int
	// first is the first item that failed: what it is, and its status.
	first string
}

// add counts an item; name may be empty.
func (m *multiStatus) add(name string, status int) {
	m.items++
	if status < 400 {
		return
	}
	m.failed++
	if m.first == "" {
		m.first = strings.TrimSpace(name + " " + strconv.Itoa(status))
	}
}

// davStatus reads the multistatus element of WebDAV. The status of a property
// counts only for PROPPATCH: that one which was asked for is not there is no
// failure. In a REPORT on changes 404 stands for what was removed (RFC 6578
// section 3.5).
func davStatus(doc, method string) (m multiStatus) {
	var path []string
	var href string
	var status int
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		t, err := d.Token()
		if err != nil {
			return m
		}
		switch t := t.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			if t.Name.Local == "response" {
				href, status = "", 200
			}
		case xml.EndElement:
			path = path[:max(len(path)-1, 0)]
			if t.Name.Local == "response" {
				if method == "REPORT" && status == http.StatusNotFound {
					status = http.StatusOK
				}
				m.add(href, status)
			}
		case xml.CharData:
			switch strings.Join(path[max(len(path)-2, 0):], "/") {
			case "response/href":
				href = clip(strings.TrimSpace(string(t)), 60)
			case "response/status":
				status = max(status, statusOf(string(t)))
			case "propstat/status":
				if method == "PROPPATCH" {
					status = max(status, statusOf(string(t)))
				}
			}
		}
	}
}

// statusOf is the code of a status line, 0 if s is none.
func statusOf(s string) int {
	_, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 100 || n > 999 {
		return 0
	}
	return n
}

// jsonStatus reads the items of bulk APIs: objects with a status code each, in
// an array that is the content or one member of it.
func jsonStatus(v any) (m multiStatus) {
	items, _ := v.([]any)
	if o, ok := v.(map[string]any); ok {
		for _, name := range []string{"items", "responses", "results", "multistatus"} {
			if a, ok := o[name].([]any); ok {
				items = a
				break
			}
		}
	}
	for i, item := range items {
		o, _ := item.(map[string]any)
		for _, name := range []string{"status", "statusCode", "status_code", "code"} {
			if n, ok := o[name].(float64); ok && n >= 100 && n <= 599 {
				m.add(fmt.Sprintf("/%d", i), int(n))
				break
			}
		}
	}
	return m
}
