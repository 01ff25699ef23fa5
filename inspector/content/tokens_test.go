package content

import (
	"strings"
	"testing"
)

func render(line string, tokens []Token) string {
	var s []string
	for _, t := range tokens {
		s = append(s, string(t.Class[:3])+"="+line[t.Start:t.End])
	}
	return strings.Join(s, " ")
}

func TestTokens(t *testing.T) {
	for _, test := range []struct {
		kind  Kind
		state State
		line  string
		want  string
		after State
	}{
		{JSON, 0, `  "a": [-1.5e+3, true, "x\"y"],`, `key="a" pun=: pun=[ num=-1.5e+3 pun=, lit=true pun=, str="x\"y" pun=] pun=,`, 0},
		{JSON, 0, `"cut`, `str="cut`, stateString},
		{JSON, stateString, `rest", 1`, `str=rest" pun=, num=1`, 0},
		{Form, 0, "a=1+%20x&b&=%", "key=a pun== str=1 esc=+ esc=%20 str=x pun=& key=b pun=& pun== str=%", 0},
		{HTTPHead, 0, "GET /a HTTP/1.1", "met=GET", 0},
		{HTTPHead, 0, "HTTP/1.1 404 Not Found", "sta=404", 0},
		{HTTPHead, 0, "Host: a.test:80", "key=Host pun=:", 0},
		{HTML, 0, `<a href="x" b>t</a>`, `tag=<a key=href str="x" key=b tag=> tag=</a tag=>`, 0},
		{XML, 0, "<a b", "tag=<a key=b", stateTag},
		{XML, stateTag, "c='1'/>x", "key=c str='1' tag=>", 0},
		{XML, 0, "<!-- a", "com=<!-- a", stateComment},
		{XML, stateComment, "b --><c>", "com=b --> tag=<c tag=>", 0},
		{Text, 0, "a: b", "", 0},
	} {
		got, after := Tokens(test.kind, test.line, test.state)
		if render(test.line, got) != test.want || after != test.after {
			t.Errorf("%s %q: %s, state %d, want %s, %d", test.kind, test.line, render(test.line, got), after, test.want, test.after)
		}
	}
}
