package exchange

import (
	"testing"
	"time"
)

func TestRowHostAndPath(t *testing.T) {
	for url, want := range map[string][2]string{
		"https://api.example.test/v1?x=1":   {"api.example.test", "/v1?x=1"},
		"http://127.0.0.1:8080":             {"127.0.0.1:8080", ""},
		"example.test:443":                  {"example.test:443", ""},
		"http://user:pw@h:1/p":              {"h:1", "/p"},
		"http://h?next=http://other/":       {"h", "?next=http://other/"},
		"http://[::1]:8080/a/b":             {"[::1]:8080", "/a/b"},
		"/relative?u=http://x":              {"", "/relative?u=http://x"},
		"http://h/redirect?to=a@b.test/c#f": {"h", "/redirect?to=a@b.test/c#f"},
	} {
		r := Row{URL: url}
		if got := [2]string{r.Host(), r.Path()}; got != want {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
}

func TestHeadlinesPutThePrimaryFirst(t *testing.T) {
	hs := Headlines([]Finding{
		{Rule: "a", Severity: SeverityWarning},
		{Rule: "b", Severity: SeverityError, Primary: true},
		{Rule: "c", Severity: SeverityInfo},
	})
	if len(hs) != 3 || hs[0].Rule != "b" || hs[1].Rule != "a" || hs[2].Rule != "c" {
		t.Errorf("got %v", hs)
	}
	r := Row{Findings: hs}
	if r.Severity() != SeverityError || !r.Problem() {
		t.Errorf("severity %q, problem %v", r.Severity(), r.Problem())
	}
	good := Row{Findings: []Headline{{Severity: SeverityGood}}}
	if good.Problem() || good.Severity() != SeverityGood {
		t.Error("a good note is no problem")
	}
}

func TestNewRowOfAFailureBeforeTheRequest(t *testing.T) {
	x := &Exchange{
		ID: 7, State: Failed, Mode: Tunnel, URL: "h.test:443", Start: time.Unix(1, 0),
		Timing:  Timing{ConnectStart: 1, ConnectEnd: 5 * time.Millisecond},
		Failure: &Failure{Kind: ConnectRefused, Message: "connect to h.test:443: connection refused"},
	}
	r := NewRow(x)
	if r.Status != 0 || r.FailureKind != ConnectRefused || r.Duration != 5*time.Millisecond || r.Host() != "h.test:443" {
		t.Errorf("got %+v", r)
	}
	if x.Status() != 0 || x.Message(ResponseSide) != nil {
		t.Error("a response that never came must be nil")
	}
}

func TestBodyWhole(t *testing.T) {
	for _, test := range []struct {
		body Body
		want bool
	}{
		{Body{State: NoBody}, true},
		{Body{State: WholeBody, Size: 2, Data: []byte("hi")}, true},
		{Body{State: WholeBody, Size: 1 << 20, Data: make([]byte, HeadSize)}, false},
		{Body{State: CutBody, Size: 2, Data: []byte("hi")}, false},
		{Body{State: InterruptedBody, Size: 2, Data: []byte("hi")}, false},
		{Body{State: UnrecordedBody, Size: 2}, false},
	} {
		if got := test.body.Whole(); got != test.want {
			t.Errorf("%+v: %v", test.body, got)
		}
	}
}
