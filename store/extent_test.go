package store

import (
	"slices"
	"testing"

	"httpwhy/store/codec"
)

func TestExtentsAreReadAsTheyWereWritten(t *testing.T) {
	small, large := extent{Segment: 1, Length: 5, CRC: 7}, extent{Segment: 1 << 31, Offset: 1 << 40, Length: maxExtent, CRC: 1<<32 - 1}
	for _, want := range []bodyExtents{
		{},
		{Request: []extent{small}},
		{Response: []extent{large, small}},
		{Request: []extent{large}, Response: slices.Repeat([]extent{small}, 300)},
	} {
		var got bodyExtents
		if err := codec.Unmarshal(want.append(nil), &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Request, want.Request) || !slices.Equal(got.Response, want.Response) {
			t.Errorf("%v became %v", want, got)
		}
	}
}
