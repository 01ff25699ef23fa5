package pager

import (
	"bytes"
	"context"
	"fmt"
	"testing"
)

func body(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "    { \"id\": %d, \"name\": \"user %d\", \"email\": \"u%d@example.test\" },\n", i, i, i)
	}
	return b.Bytes()
}

func BenchmarkIndex(b *testing.B) {
	data := body(10 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		newIndex().add(data)
	}
}

func BenchmarkDraw(b *testing.B) {
	lines, one := body(10<<20), bytes.ReplaceAll(body(10<<20), []byte("\n"), nil)
	for _, bb := range []struct {
		name string
		data []byte
		wrap bool
	}{{"lines", lines, false}, {"wrapped", lines, true}, {"one line", one, false}, {"one line wrapped", one, true}} {
		b.Run(bb.name, func(b *testing.B) {
			p, s := newPager(b, 160, 48)
			p.SetBytes(bb.data).SetWrap(bb.wrap)
			press(p, 'G')
			for b.Loop() {
				press(p, 'k')
				p.Draw(s)
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	data := body(10 << 20)
	d := open(data, true)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d.find(context.Background(), newQuery("user 1"), func([]match, float64) bool { return true })
	}
}
