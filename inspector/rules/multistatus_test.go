package rules

import "testing"

func TestDAVStatus(t *testing.T) {
	const begin, end = `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">`, `</d:multistatus>`
	item := func(href, status, properties string) string {
		s := "<d:response><d:href>" + href + "</d:href>"
		if status != "" {
			s += "<d:status>HTTP/1.1 " + status + "</d:status>"
		}
		if properties != "" {
			s += "<d:propstat><d:prop/><d:status>HTTP/1.1 " + properties + "</d:status></d:propstat>"
		}
		return s + "</d:response>"
	}
	for _, test := range []struct {
		name, doc, method string
		want              multiStatus
	}{
		{"fine", begin + item("/a", "200 OK", "") + item("/b", "", "200 OK") + end, "PROPFIND", multiStatus{items: 2}},
		{"some", begin + item("/a", "200 OK", "") + item(" /b\n", "423 Locked", "") + end, "PROPFIND", multiStatus{2, 1, "/b 423"}},
		{"missing property", begin + item("/a", "", "404 Not Found") + end, "PROPFIND", multiStatus{items: 1}},
		{"refused property", begin + item("/a", "", "403 Forbidden") + end, "PROPPATCH", multiStatus{1, 1, "/a 403"}},
		{"cut", begin + item("/a", "500 No", "") + "<d:response><d:hr", "PROPFIND", multiStatus{1, 1, "/a 500"}},
		{"no status line", begin + item("/a", "x", "") + end, "PROPFIND", multiStatus{items: 1}},
		{"none", "hello", "PROPFIND", multiStatus{}},
	} {
		if got := davStatus(test.doc, test.method); got != test.want {
			t.Errorf("%s: got %+v", test.name, got)
		}
	}
}

func TestJSONStatus(t *testing.T) {
	for doc, want := range map[string]multiStatus{
		`[{"status":200},{"status":404}]`:           {2, 1, "/1 404"},
		`{"responses":[{"code":500}]}`:              {1, 1, "/0 500"},
		`{"items":[{"status":"late","code":7}]}`:    {},
		`{"items":{"status":500}}`:                  {},
		`[500,{"status_code":503},{"status":true}]`: {1, 1, "/1 503"},
	} {
		if got := jsonStatus(parseJSON(doc)); got != want {
			t.Errorf("%s: got %+v", doc, got)
		}
	}
}
