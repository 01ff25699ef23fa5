package content

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseForm(t *testing.T) {
	got := ParseForm("b=1&a=x+y%20z&a=%zz&flag&=v&&c=%C3%A9=%\n")
	var list []string
	for _, p := range got {
		list = append(list, fmt.Sprintf("%s=%s bare:%v problem:%v", p.Name, p.Value, p.Bare, p.Problem != ""))
	}
	want := []string{
		"b=1 bare:false problem:false", "a=x y z bare:false problem:false", "a=%zz bare:false problem:true",
		"flag= bare:true problem:false", "=v bare:false problem:false", "c=é=% bare:false problem:true",
	}
	if !slices.Equal(list, want) {
		t.Errorf("got %q", list)
	}
}

const multipartBody = "preamble\r\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X not a delimiter\r\n--X \r\n" +
	"content-disposition: form-data; name=\"f\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--X--\r\nepilogue"

func TestParseMultipart(t *testing.T) {
	parts, err := ParseMultipart("multipart/form-data; boundary=X", []byte(multipartBody))
	if err != nil || len(parts) != 2 {
		t.Fatalf("%v, %d parts", err, len(parts))
	}
	if p := parts[0]; p.Name != "a" || string(p.Data) != "1\r\n--X not a delimiter" {
		t.Errorf("%+v %q", p, p.Data)
	}
	if p := parts[1]; p.Name != "f" || p.Filename != "p.png" || string(p.Data) != "\x89PNG\r\n" || p.Header.Get("content-type") != "image/png" {
		t.Errorf("%+v %q", p, p.Data)
	}
}

func TestParseMultipartErrors(t *testing.T) {
	for _, test := range []struct {
		contentType, body string
		want              error
		parts             int
	}{
		{"multipart/form-data", multipartBody, ErrNoBoundary, 0},
		{"multipart/form-data; boundary=Y", multipartBody, ErrNoParts, 0},
		{"multipart/form-data; boundary=X", "", ErrNoParts, 0},
		{"multipart/form-data; boundary=X", multipartBody[:60], ErrNoEnd, 1},
		{"multipart/form-data; boundary=X", multipartBody[:180], ErrNoEnd, 2},
		{"multipart/form-data; boundary=X", "--X\r\nno header\r\n--X--", ErrPartHeader, 1},
		{"multipart/form-data; boundary=X", "--X--\r\n", nil, 0},
		{`multipart/form-data; boundary="a b"; x`, "--a b\n\n1\n--a b--", nil, 1},
	} {
		parts, err := ParseMultipart(test.contentType, []byte(test.body))
		if !errors.Is(err, test.want) || len(parts) != test.parts {
			t.Errorf("%s %q: %v, %d parts", test.contentType, test.body, err, len(parts))
		}
	}
}

func TestParseSSE(t *testing.T) {
	got := ParseSSE([]byte("\xef\xbb\xbf: hi\r\rid: 1\nevent:add\ndata: a\ndata:  b\r\n\r\n\n\ndata\n\nretry: 10\n\ndata: cut"))
	want := []Event{
		{Comments: []string{"hi"}},
		{ID: "1", Type: "add", Data: "a\n b", HasData: true},
		{HasData: true},
		{Retry: "10"},
		{Data: "cut", HasData: true, Cut: true},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			t.Errorf("event %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestParseGRPC(t *testing.T) {
	body := []byte("\x00\x00\x00\x00\x02hi\x01\x00\x00\x00\x00\x80\x00\x00\x00\x0egrpc-status:14")
	frames, err := ParseGRPC(body)
	if err != nil || len(frames) != 3 || string(frames[0].Data) != "hi" || !frames[1].Compressed || !frames[2].Trailer {
		t.Errorf("%v %+v", err, frames)
	}
	for body, want := range map[string]string{
		"\x00\x00":                   "frame 1 is cut off: 2 of 5 prefix bytes",
		"\x00\x00\x00\x00\x09hi":     "frame 1 is cut off: 2 of 9 bytes",
		"{\"error\":1}":              "no gRPC frame at byte 0: its flags are 0x7b",
		"\x00\xff\xff\xff\xffabcdef": "frame 1 is cut off: 6 of 4294967295 bytes",
	} {
		if _, err := ParseGRPC([]byte(body)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
	for value, want := range map[string]string{"0": "OK", "14": "UNAVAILABLE", "16": "UNAUTHENTICATED", "17": "", "x": "", "-1": ""} {
		if got, ok := GRPCStatus(value); got != want || ok != (want != "") {
			t.Errorf("%s: %s %v", value, got, ok)
		}
	}
}

func TestHexDump(t *testing.T) {
	want := "00000010  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 0a ff 00 7e  Hello, world...~\n" +
		"00000020  21                                                !\n"
	if got := HexDump([]byte("Hello, world\n\xff\x00~!"), 16); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPrettyMarkup(t *testing.T) {
	for _, test := range []struct {
		kind     Kind
		in, want string
	}{
		{XML, `<?xml version="1.0"?><a><b x="1>2">t</b><c/><!-- n --><![CDATA[<x>]]></a>`, "<?xml version=\"1.0\"?>\n<a>\n  <b x=\"1>2\">t</b>\n  <c/>\n  <!-- n -->\n  <![CDATA[<x>]]>\n</a>\n"},
		{HTML, "<!DOCTYPE html><HTML><body><p>a<br>b</p><ul><li>1<li>2</ul><script>if (a < b) {}\n</script></body></HTML>", "<!DOCTYPE html>\n<HTML>\n  <body>\n    <p>a\n      <br>\n      b\n    </p>\n    <ul>\n      <li>1\n        <li>2\n    </ul>\n    <script>if (a < b) {}\n</script>\n  </body>\n</HTML>\n"},
		{XML, "<a", "<a\n"},
		{XML, "</a>", "</a>\n"},
		{XML, "plain", "plain\n"},
		{XML, "", ""},
	} {
		var b bytes.Buffer
		if err := PrettyMarkup(&b, []byte(test.in), test.kind); err != nil || b.String() != test.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", test.in, err, b.String(), test.want)
		}
	}
}

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

func FuzzParts(f *testing.F) {
	f.Add(multipartBody, uint8(0))
	f.Add("<a b='c'>text<!-- x --></a><script>1<2</script>", uint8(1))
	f.Add(`{"a":[1,true,"x"]}`, stateBits)
	f.Add("data: x\n\n\x00\x00\x00\x00\x01x", uint8(2))
	f.Fuzz(func(t *testing.T, s string, state uint8) {
		ParseForm(s)
		ParseMultipart("multipart/mixed; boundary=X", []byte(s))
		ParseSSE([]byte(s))
		ParseGRPC([]byte(s))
		for _, k := range []Kind{JSON, XML, HTML, Form, HTTPHead} {
			end := 0
			tokens, _ := Tokens(k, s, State(state%4))
			for _, token := range tokens {
				if token.Start < end || token.End <= token.Start || token.End > len(s) {
					t.Fatalf("%s: token %+v behind %d of %q", k, token, end, s)
				}
				end = token.End
			}
		}
		for _, k := range []Kind{XML, HTML} {
			var b bytes.Buffer
			if err := PrettyMarkup(&b, []byte(s), k); err != nil {
				t.Fatal(err)
			}
			squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if squeeze(b.String()) != squeeze(s) {
				t.Fatalf("%q became %q", s, b.String())
			}
		}
	})
}

const stateBits = uint8(stateString)
