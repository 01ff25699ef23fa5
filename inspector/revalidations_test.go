package inspector

import (
	"net/http"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

func getAt(id int, target string, status int, fields ...exchange.Field) *exchange.Exchange {
	return &exchange.Exchange{
		ID: exchange.ID(id), State: exchange.Complete, URL: target, Start: time.Unix(int64(1000+id), 0), Timing: exchange.Timing{End: time.Millisecond},
		Request: exchange.Message{Method: http.MethodGet}, Response: &exchange.Message{Status: status, Header: fields},
	}
}

func TestRevalidationsSeeTheSameURLOnly(t *testing.T) {
	r := newRevalidations()
	for i := range 2 * maxSameURL {
		r.add(getAt(2*i+1, "http://a.test/x", 200))
		r.add(getAt(2*i+2, "http://a.test/y", 200))
	}
	var links rules.Links
	last := getAt(4*maxSameURL+1, "http://a.test/x", 200)
	if touched := r.add(last); len(touched) > 0 {
		t.Errorf("the latest touches %d others", len(touched))
	}
	r.link(last, &links)
	if len(links.SameURL) != maxSameURL {
		t.Fatalf("%d exchanges", len(links.SameURL))
	}
	for _, y := range links.SameURL {
		if y.URL != last.URL || !y.Start.Before(last.Start) {
			t.Errorf("#%d %s", y.ID, y.URL)
		}
	}
	if touched := r.add(getAt(0, "http://a.test/x", 200)); len(touched) != maxSameURL {
		t.Errorf("one from before touches %d", len(touched))
	}
}

func TestCookieJarsJoinPorts(t *testing.T) {
	j := newCookieJars()
	set := getAt(1, "http://a.test:3000/login", 200, exchange.Field{Name: "Set-Cookie", Value: "sid=1"})
	other := getAt(2, "http://b.test/login", 200, exchange.Field{Name: "Set-Cookie", Value: "sid=1"})
	refused := getAt(3, "http://a.test:4000/me", 401)
	j.add(refused)
	if touched := j.add(set); len(touched) != 1 || touched[0].ID != refused.ID {
		t.Errorf("touched %v", touched)
	}
	j.add(other)
	var links rules.Links
	j.link(refused, &links)
	if len(links.CookiesSet) != 1 || links.CookiesSet[0].ID != set.ID {
		t.Errorf("%d responses", len(links.CookiesSet))
	}
}
