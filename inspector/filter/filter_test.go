package filter

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

var testNow = time.Unix(1700000000, 0)

// testRows are chosen so that each term tells some of them from the others.
var testRows = []exchange.Row{
	{ID: 1, State: exchange.Complete, Mode: exchange.Forward, Start: testNow.Add(-time.Hour), Duration: 12 * time.Millisecond, Client: "127.0.0.1:50001", Method: "GET", URL: "http://api.example.test/v1/me?x=1&y=2", Proto: "HTTP/1.1", Status: 200, ResponseBytes: 65, MIME: "application/json"},
	{ID: 2, State: exchange.Complete, Mode: exchange.Intercepted, Start: testNow.Add(-10 * time.Minute), Duration: 700 * time.Millisecond, Client: "127.0.0.1:50002", Method: "POST", URL: "https://api.example.test/v1/orders", Proto: "HTTP/2.0", Status: 401, RequestBytes: 2048, ResponseBytes: 20 << 10, MIME: "application/json", Findings: []exchange.Headline{{Rule: "jwt-expired", Severity: exchange.SeverityError, Short: "Token expired 12 min ago", Primary: true}}},
	{ID: 3, State: exchange.Failed, Mode: exchange.Intercepted, Start: testNow.Add(-time.Minute), Duration: 3 * time.Second, Client: "[::1]:50003", Method: "GET", URL: "https://localhost:3001/a(b)", Proto: "HTTP/1.1", FailureKind: exchange.ConnectRefused, FailureMessage: "connect to 127.0.0.1:3001: connection refused", Findings: []exchange.Headline{{Rule: "connect-refused", Severity: exchange.SeverityWarning, Short: "refused by localhost:3001"}}},
	{ID: 4, State: exchange.Active, Mode: exchange.Tunnel, Start: testNow.Add(-time.Second), Method: "CONNECT", URL: "cdn.test:443", Client: "127.0.0.1:50004"},
	{ID: 5, State: exchange.Complete, Mode: exchange.Forward, Start: testNow.Add(-48 * time.Hour), Duration: time.Millisecond, Client: "127.0.0.1:50005", Method: "GET", URL: "http://www.test/app.js", Proto: "HTTP/1.1", Status: 404, ResponseBytes: 3 << 20, MIME: "text/javascript", Findings: []exchange.Headline{{Rule: "cache-note", Severity: exchange.SeverityInfo, Short: "not cacheable"}}},
	{ID: 6, State: exchange.Failed, Mode: exchange.Forward, Start: testNow, Duration: time.Second, Method: "GET", URL: "http://gone.test/", Proto: "HTTP/1.0", Status: 502, Synthetic: true, MIME: "text/plain", FailureKind: exchange.DNSNotFound, FailureMessage: "no such host gone.test"},
}

// matches lists the rows that fulfil f, e.g. "1 3".
func matches(f *Filter) string {
	var ids []string
	f = f.At(testNow)
	for i := range testRows {
		if f.Match(&testRows[i]) {
			ids = append(ids, fmt.Sprint(testRows[i].ID))
		}
	}
	return strings.Join(ids, " ")
}

func TestMatch(t *testing.T) {
	for in, want := range map[string]string{
		"": "1 2 3 4 5 6", "  ": "1 2 3 4 5 6",

		"status:404": "5", "status:4xx": "2 5", "status:4": "2 5", "status:40": "2 5", "status:40x": "2 5", "status:4x": "2 5",
		"status:400-499": "2 5", "status:>=400": "2 5 6", "status:>404": "6", "status:<400": "1", "status:200,404": "1 5",
		"status:2xx,>=500": "1 6", "status:err": "3 4", "STATUS:404": "5", "-status:4xx": "1 3 4 6", "status:=200": "1",

		"host:API": "1 2", "host:test": "1 2 4 5 6", "host:*.example.test": "1 2", "host:=www.test": "5", "host:=www": "",
		"host:www.*": "5", "host:localhost:3001": "3", `host:"*"`: "", "path:/v1": "1 2", "path:/v1/me": "1", "path:*.js": "5",
		"path:x=1&y=2": "1", `path:"/a(b)"`: "3", "path:/v1/*": "1 2", "url:https://": "2 3", "path:*e?x*2": "1",

		"method:post": "2", "method:GE": "", "method:post,connect": "2 4", "method:*T": "1 2 3 4 5 6",
		"rule:jwt": "2", "rule:jwt-expired": "2", "rule:expired": "", "rule:*expired": "2", "rule:jwt,cache": "2 5", "rule:*": "2 3 5",
		"is:problem": "2 3", "is:error": "2", "is:warning": "3", "is:failed": "3 6", "is:active": "4", "is:synthetic": "6",
		"is:tunnel": "4", "is:complete": "1 2 5", "is:failed,active": "3 4 6", "-is:problem": "1 4 5 6",
		"mime:json": "1 2", "client:50003": "3", "client::50003": "3", "scheme:https": "2 3", "scheme:http": "1 5 6",
		"proto:h2": "2", "proto:2": "2", "proto:1.1": "1 3 5", "proto:HTTP/1.0": "6", "proto:1": "1 3 5 6",
		"id:2": "2", "id:2,4": "2 4", "id:2-4": "2 3 4", "id:>4": "5 6", "id:<=2": "1 2",
		"dur:>500ms": "2 3 6", "dur:>500": "2 3 6", "dur:1s-2s": "6", "dur:>=0.7s": "2 3 6", "dur:<10ms": "4 5",
		"size:>10k": "2 5", "size:>1M": "5", "size:>10KiB": "2 5", "size:0-65": "1 3 4 6", "reqsize:>1k": "2",
		"age:<5m": "3 4 6", "age:>1d": "5", "age:1h-2h": "1", "age:>=1h": "1 5",
		"why:expired": "2", `why:"token expired"`: "2", "why:refused": "3", `why:"no such host"`: "6", "why:expired token": "2",
		"failure:connect": "3", "failure:*": "3 6", "failure:dns-not-found": "6", "-failure:*": "1 2 4 5",

		"example": "1 2", "orders": "2", "get": "1 3 5 6", "404": "5", "40": "2 5", `"not found"`: "5", "unauthorized": "2",
		"refused": "3", "expired": "2", "test/v1": "1 2", "http://www.test": "", "localhost:3001": "3", "cdn.test:443": "4",
		"[::1]": "", `"v1 me"`: "", "a-b": "", "*.js": "5", `"and"`: "", "''": "1 2 3 4 5 6",

		"status:4xx host:api": "2", "status:4xx and host:api": "2", "status:4xx & host:api": "2", "status:4xx && host:api": "2",
		"status:404 or is:tunnel": "4 5", "status:404 | is:tunnel": "4 5", "status:404|is:tunnel": "4 5", "id:1 OR id:2 id:3": "1",
		"(id:1 or id:2) method:post": "2", "not id:1": "2 3 4 5 6", "!id:1": "2 3 4 5 6", "- id:1": "2 3 4 5 6", "--id:1": "1",
		"-(id:1 or id:2)": "3 4 5 6", `-"api"`: "3 4 5 6", "not not id:1": "1", "id:1 -id:1": "", "NOT(id:1)AND(id:2)": "2",

		"~m POST": "2", "~m ^P": "2", "~u v1": "1 2", `~u "\.js$"`: "5", "~d api.example": "1 2", "~c 404": "5", "~c 4xx": "2 5",
		"~s": "1 2 5 6", "~q": "3 4", "~e": "3 6", "~a": "5", "~t json": "1 2", "~ts JSON": "1 2", "~src ::1": "3",
		"~http": "1 2 3 5 6", "~all": "1 2 3 4 5 6", "!~e & ~s": "1 2 5", "~diag jwt": "2", "~dur >500ms": "2 3 6",
		"~size >10k": "2 5", "~age <5m": "3 4 6", "~m GET|~m POST": "1 2 3 5 6", "(~m POST)": "2", `~u "v1|js"`: "1 2 5",
		"~u /v1/ ~m GET": "1", "-~s": "3 4", "~c404": "5",
	} {
		f, err := Parse(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := matches(f); got != want {
			t.Errorf("%q matches %q, want %q", in, got, want)
		}
		again, err := Parse(f.String())
		if err != nil || matches(again) != want {
			t.Errorf("%q is printed as %q, which gives %v", in, f, err)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		in      string
		pos     int
		message string
	}{
		{"stauts:404", 0, "unknown field stauts: did you mean status?"},
		{"host:a hots:b", 7, "unknown field hots: did you mean host?"},
		{"status:4xxx", 7, "status: wants 404, 4xx or 400-499"},
		{"status:", 7, "status: wants 404, 4xx or 400-499"},
		{"status:700-600", 7, "status: wants 404, 4xx or 400-499"},
		{"status:=>400", 7, "status: wants 404, 4xx or 400-499"},
		{"-is:problm", 4, "is: unknown value problm: did you mean problem?"},
		{"is:purple", 3, "is: wants problem, error, warning, failed, active, complete, synthetic, tunnel"},
		{"dur:500ms", 4, "dur: wants >500ms, <2s or 100ms-2s"},
		{"dur:>5parsecs", 4, "dur: wants >500ms, <2s or 100ms-2s"},
		{"age:<5", 0, ""},
		{"size:big", 5, "size: wants >10k, <1M or 1k-10k"},
		{"id:x", 3, "id: wants 7, 7,9 or 7-20"},
		{"proto:h3", 6, "proto: wants 1.0, 1.1 or h2"},
		{"(a", 0, "this ( is not closed"},
		{"a)", 1, "this ) closes nothing"},
		{"a or", 4, "a term is missing behind or"},
		{"or a", 0, "a term is missing before or"},
		{"a and | b", 6, "a term is missing behind and"},
		{"()", 1, "a term is missing behind ("},
		{"-", 1, "a term is missing behind -"},
		{`host:"a`, 5, "this quote is not closed"},
		{"~b card", 0, "~b: bodies cannot be searched yet; possible are ~m ~u ~d "},
		{"a ~h x", 2, "~h: headers cannot be searched yet; possible are "},
		{"~zz", 0, "unknown operator ~zz; possible are "},
		{"~", 0, "~ wants a letter behind it; possible are "},
		{"~m", 2, "~m wants a regex behind it"},
		{"(~m)", 3, "~m wants a regex behind it"},
		{"~u [a", 3, "~u wants a regular expression: missing closing ]: `[a`"},
		{"~c abc", 3, "status: wants 404, 4xx or 400-499"},
		{"foo:bar", 0, `unknown field foo: fields are status host path method is rule why failure mime url scheme proto client id dur size reqsize age; text with a colon stands in quotes: "foo:"`},
		{strings.Repeat("(", 200), 101, "the filter is nested too deeply"},
		{strings.Repeat("!", 200), 101, "the filter is nested too deeply"},
	} {
		_, err := Parse(test.in)
		if test.message == "" {
			if err != nil {
				t.Errorf("%q: %v", test.in, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Message, test.message) || e.Pos != test.pos {
			t.Errorf("%q: %v %+v, want %d %s", test.in, err, e, test.pos, test.message)
		}
	}
}

func TestKeysAreDocumented(t *testing.T) {
	for _, k := range Keys() {
		if k.Help == "" || k.Wants == "" || len(k.Examples) == 0 {
			t.Errorf("%s lacks help, wants or examples", k.Name)
		}
		for _, e := range k.Examples {
			f, err := Parse(e)
			if err != nil {
				t.Errorf("example %q of %s: %v", e, k.Name, err)
			} else if f.Empty() {
				t.Errorf("example %q of %s says nothing", e, k.Name)
			}
		}
		for _, v := range k.Values {
			if _, err := Parse(k.Name + ":" + v); err != nil {
				t.Errorf("value %s of %s: %v", v, k.Name, err)
			}
		}
	}
	for _, o := range Operators() {
		if o.Help == "" {
			t.Errorf("%s lacks help", o.Name)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, v := range []string{"a", "a b", `a"b\c`, "and", "-x", "a*b", "=a", "(", "a,b", "ü", "~m", "x'y"} {
		f, err := Parse("path:" + Quote(v))
		if err != nil {
			t.Fatalf("%q: %v", v, err)
		}
		for path, want := range map[string]bool{"/" + v + "/": true, "/other": false} {
			if got := f.Match(&exchange.Row{URL: "http://h" + path}); got != want {
				t.Errorf("%s matches %s: %v", f, path, got)
			}
		}
		if _, err := Parse(Quote(v)); err != nil {
			t.Errorf("word %s: %v", Quote(v), err)
		}
	}
}

func TestAgeWithoutNow(t *testing.T) {
	f, err := Parse("age:<1h")
	if err != nil {
		t.Fatal(err)
	}
	if !f.Match(&exchange.Row{Start: time.Now()}) || f.Match(&exchange.Row{Start: time.Now().Add(-2 * time.Hour)}) {
		t.Error("ages must count from the present")
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	for _, s := range []string{"status:4xx host:api -path:/health", "expired token", "is:problem or why:refused or age:<5m", "~m POST", "host:*.test", "rule:jwt*"} {
		f, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			for i := range testRows {
				f.Match(&testRows[i])
			}
		}); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"status:4xx host:api -path:/health", `a or (b "c d")`, "~m POST & !~c 404", "dur:>1s age:<5m", `why:'x\'y'`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(s) {
				t.Fatalf("%q: %+v", s, err)
			}
			return
		}
		again, err := Parse(parsed.String())
		if err != nil {
			// The printed form has more parentheses, so only depth can differ.
			if strings.Contains(err.Error(), "nested too deeply") {
				return
			}
			t.Fatalf("%q is printed as %q: %v", s, parsed, err)
		}
		if a, b := matches(parsed), matches(again); a != b {
			t.Fatalf("%q matches %q, printed as %q it matches %q", s, a, parsed, b)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	rows := make([]exchange.Row, 1_000_000)
	for i := range rows {
		rows[i] = testRows[i%len(testRows)]
	}
	for _, s := range []string{"status:4xx", "host:api -path:/health", "checkout", "is:problem why:expired", `~u "v\d/me"`} {
		f, err := Parse(s)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				for i := range rows {
					f.Match(&rows[i])
				}
			}
		})
	}
}
