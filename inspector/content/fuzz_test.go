package content

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzParts(f *testing.F) {
	f.Add(multipartBody, uint8(0))
	f.Add("<a b='c'>text<!-- x --></a><script>1<2</script>", uint8(1))
	f.Add(`{"a":[1,true,"x"]}`, uint8(stateString))
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
