package rules

import (
	"strings"
	"testing"
)

func TestInsecureResource(t *testing.T) {
	for text, want := range map[string]string{
		`<script src="http://a.test/x.js"></script>`:                        "script http://a.test/x.js",
		`<SCRIPT async src='http://a.test/x.js'>`:                           "script http://a.test/x.js",
		`<iframe src=http://a.test/f >`:                                     "iframe http://a.test/f",
		`<svg xmlns="http://www.w3.org/2000/svg"><a href="http://b.test/">`: " ",
		`<script data-src="http://a.test/x.js">`:                            " ",
		`<script>var src="http://a.test/x.js"</script>`:                     " ",
		`<img src="http://a.test/x.png">`:                                   " ",
		`<!-- <script src="http://a.test/x.js"> -->`:                        " ",
		`<script src="http://a`:                                             " ",
		`="http://`:                                                         " ",
	} {
		what, target := insecureResource(text)
		if got := what + " " + target; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func BenchmarkInsecureResource(b *testing.B) {
	text := strings.Repeat(`<a href="http://a.test/">a</a><script src="https://a.test/x.js"></script>`, 900)
	for b.Loop() {
		insecureResource(text)
	}
}
