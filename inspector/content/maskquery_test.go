package content

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// parameter says what maskQuery looks for.
var parameter = regexp.MustCompile(`(^|[?&;#\s"',{(])([A-Za-z0-9_.\-\[\]%]{1,64})=([^&\s"'<>;,#]+)`)

func TestMaskQueryFindsWhatThePatternDoes(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"?", "&", ";", "#", " ", "\n", "\"", "'", ",", "{", "(", "=", "==", "<", ">", "/", "a", "token", "api_key", "page", "%20", "[]", "x.y-z",
		"12345", "s3cr3tvalue12345678", "é", "https://h.test/", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
		"a123456789012345678901234567890123456789012345678901234567890123",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			text += piece.Draw(t, "piece")
		}
		want := maskMatches(parameter, text, func(m []string) string { return m[1] + m[2] + "=" + MaskValue(m[2], m[3]) })
		if got := maskQuery(text); got != want {
			t.Fatalf("%q becomes %q, want %q", text, got, want)
		}
	})
}
