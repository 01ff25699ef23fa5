package codec

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

// wire is any string that may have been on the wire.
var wire = rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")) })

// same ignores what the encoding does not tell apart.
var same = cmp.Options{
	cmpopts.EquateEmpty(),
	cmpopts.EquateComparable(exchange.Connection{}.Addr),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
}

// FuzzRoundTrip encodes exchanges made of random bytes.
func FuzzRoundTrip(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(roundTrip))
}

func TestRoundTrip(t *testing.T) { rapid.Check(t, roundTrip) }

func roundTrip(t *rapid.T) {
	x := drawExchange(t)
	b := MarshalExchange(x)
	got, err := UnmarshalExchange(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(x, got, same); diff != "" {
		t.Fatal(diff)
	}
	r := exchange.NewRow(x)
	r.Findings = rapid.SliceOfN(rapid.Custom(drawHeadline), 0, 3).Draw(t, "headlines")
	want := []exchange.Row{r, {}, r}
	rows, err := UnmarshalRows(MarshalRows(want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rows, same); diff != "" {
		t.Fatal(diff)
	}
}

func TestFindingsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found := rapid.SliceOfN(rapid.Custom(drawFinding), 0, 3).Draw(t, "findings")
		b, err := MarshalFindings(found)
		if err != nil {
			t.Fatal(err)
		}
		got, err := UnmarshalFindings(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(found, got, same); diff != "" {
			t.Fatal(diff)
		}
		if again, err := DecodeHeadlines(AppendHeadlines(nil, exchange.Headlines(found))); err != nil || len(again) != len(found) {
			t.Fatal(again, err)
		}
	})
}

func TestBytesOfBodiesAreLeftOut(t *testing.T) {
	x := &exchange.Exchange{Response: &exchange.Message{Body: exchange.Body{State: exchange.WholeBody, Size: 6, Kept: 6, Data: []byte("SECRET")}}}
	if b := AppendExchange(nil, x, false); bytes.Contains(b, []byte("SECRET")) {
		t.Errorf("%q", b)
	}
}

func FuzzDecode(f *testing.F) {
	x := &exchange.Exchange{ID: 1, URL: "http://a.test/", Response: &exchange.Message{Header: exchange.Header{{Name: "A", Value: "\xff"}}}}
	f.Add(MarshalExchange(x))
	r := exchange.NewRow(x)
	r.Findings = []exchange.Headline{{Rule: "r", Short: "s", Primary: true}}
	f.Add(AppendRow(nil, &r))
	b, _ := MarshalFindings([]exchange.Finding{{Rule: "r", Evidence: []exchange.Evidence{{Name: "n"}}}})
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, err := UnmarshalExchange(b); err == nil {
			again, err := UnmarshalExchange(MarshalExchange(x))
			if err != nil || cmp.Diff(x, again, same) != "" {
				t.Errorf("%+v became %+v, %v", x, again, err)
			}
		}
		if row, err := DecodeRow(b); err == nil {
			again, err := DecodeRow(AppendRow(nil, &row))
			if err != nil || cmp.Diff(row, again, same) != "" {
				t.Errorf("%+v became %+v, %v", row, again, err)
			}
		}
		if hs, err := DecodeHeadlines(b); err == nil && len(hs) > len(b) {
			t.Errorf("%d headlines of %d bytes", len(hs), len(b))
		}
		if rows, err := UnmarshalRows(b); err == nil && len(rows) > len(b) {
			t.Errorf("%d rows of %d bytes", len(rows), len(b))
		}
		UnmarshalFindings(b)
	})
}

func TestDecodeRowRefuses(t *testing.T) {
	r := exchange.Row{ID: 300, URL: "http://a.test/path", Findings: []exchange.Headline{{Rule: "r", Short: "short"}}}
	whole := AppendRow(nil, &r)
	for n := range whole {
		if _, err := DecodeRow(whole[:n]); err == nil {
			t.Errorf("the first %d of %d bytes pass for a row", n, len(whole))
		}
	}
	for name, b := range map[string][]byte{
		"more than one": append(whole[:len(whole):len(whole)], 0),
		"another form":  append([]byte{99}, whole[1:]...),
		"long number":   append([]byte{rowForm}, bytes.Repeat([]byte{0xff}, 100)...),
	} {
		if _, err := DecodeRow(b); err == nil {
			t.Errorf("%s passes for a row", name)
		}
	}
}

func BenchmarkExchange(b *testing.B) {
	x := rapid.Custom(drawExchange).Example(7)
	encoded := MarshalExchange(x)
	b.Run("marshal", func(b *testing.B) {
		for range b.N {
			MarshalExchange(x)
		}
	})
	b.Run("unmarshal", func(b *testing.B) {
		for range b.N {
			UnmarshalExchange(encoded)
		}
	})
}
