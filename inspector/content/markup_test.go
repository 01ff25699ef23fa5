package content

import (
	"bytes"
	"testing"
)

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
