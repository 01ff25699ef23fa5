package rules

import (
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestLinesRepeatTheContent(t *testing.T) {
	const form, jsonType = "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"
	for _, test := range []struct {
		name, method, kind, body string
		args                     []string
		want                     string
	}{
		{"json", "POST", jsonType, `{"a":"it's"}`, nil, `-H 'Content-Type: application/json' --data-binary '{"a":"it'\''s"}' `},
		{"form", "PUT", form, "a=1&b=2", nil, "-H '" + form + "' --data-binary 'a=1&b=2' "},
		{"a type of its own", "POST", form, "a=1", []string{"-H", jsonType}, "-H '" + jsonType + "' --data-binary a=1 "},
		{"content of its own", "POST", form, "a=1", []string{"-d", "@SMALLER_FILE"}, "-d @SMALLER_FILE "},
		{"none wanted", "POST", form, "a=1", []string{"-H", "Content-Length: 0"}, "-H 'Content-Length: 0' "},
		{"secret", "POST", jsonType, `{"password":"hunter2hunter2"}`, nil, "-H '" + jsonType + "' --data-binary @FILE "},
		{"secret in a form", "POST", form, "user=a&password=hunter2", nil, "-H '" + form + "' --data-binary @FILE "},
		{"long", "POST", "", strings.Repeat("a", maxCurlContent+1), nil, "--data-binary @FILE "},
		{"lines", "POST", "", "a\nb", nil, "--data-binary @FILE "},
		{"binary", "POST", "", "\x00\xff", nil, "--data-binary @FILE "},
		{"file name", "POST", "", "@/etc/passwd", nil, "--data-binary @FILE "},
		{"option", "POST", "", "-o x;id", nil, "--data-binary @FILE "},
		{"none", "POST", jsonType, "", nil, ""},
		{"get", "GET", jsonType, "{}", nil, ""},
	} {
		m := exchange.Message{Method: test.method, Body: exchange.Body{State: exchange.WholeBody, Size: int64(len(test.body)), Data: []byte(test.body)}}
		if _, value, ok := strings.Cut(test.kind, ": "); ok {
			m.Header = exchange.Header{{Name: "content-type", Value: value}}
		}
		x := &exchange.Exchange{URL: "http://api.test/x", Request: m}
		want := "curl -i -X " + test.method + " " + test.want + "http://api.test/x"
		want = strings.Replace(want, "-X GET ", "", 1)
		if got := (&Case{X: x}).curl(test.args...); got != want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, want)
		}
	}
}
