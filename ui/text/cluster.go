package text

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Cluster is one user-perceived character as it is shown.
type Cluster struct {
	Text    string // what to draw; visible in the sense of Visible
	Size    int    // bytes of the source it stands for, at least 1
	Width   int    // cells, at least 1 unless Text is empty
	Escaped bool   // Text was written out by Visible
}

// First returns the first cluster of s, which must not be empty. Clusters are
// the unit of measuring, cutting and drawing: none is ever split.
func First(s string) Cluster {
	if c := s[0]; c >= 0x20 && c < 0x7f && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return Cluster{Text: s[:1], Size: 1, Width: 1}
	}
	g, _, width, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	shown := Visible(g)
	if shown == g && width > 0 {
		return Cluster{Text: g, Size: len(g), Width: width}
	}
	return Cluster{Text: shown, Size: len(g), Width: Width(shown), Escaped: shown != g}
}

// Width returns the number of cells that s takes. It is the only measure in the
// screen: cutting and drawing use the same.
func Width(s string) int {
	if isPlain(s) {
		return len(s)
	}
	total := 0
	for state := -1; s != ""; {
		var w int
		_, s, w, state = uniseg.FirstGraphemeClusterInString(s, state)
		total += w
	}
	return total
}
