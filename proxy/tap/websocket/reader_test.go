package websocket

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read passes in to r in the pieces that sizes give, all at once if it is empty.
func read(r *Reader, in, sizes string) (out []Message, err error) {
	for i := 0; in != ""; i++ {
		n := len(in)
		if sizes != "" {
			n = min(n, 1+int(sizes[i%len(sizes)]))
		}
		_, err := r.Read([]byte(in[:n]), func(m Message) {
			m.Data = append([]byte{}, m.Data...)
			out = append(out, m)
		})
		if err != nil {
			return out, err
		}
		in = in[n:]
	}
	return out, nil
}

// frame spells a frame with an unmasked payload.
func frame(first byte, payload string) string {
	switch n := len(payload); {
	case n < 126:
		return string([]byte{first, byte(n)}) + payload
	case n < 1<<16:
		return string(binary.BigEndian.AppendUint16([]byte{first, 126}, uint16(n))) + payload
	default:
		return string(binary.BigEndian.AppendUint64([]byte{first, 127}, uint64(n))) + payload
	}
}

// deflated compresses messages one after the other, with takeover or without.
func deflated(takeover bool, messages ...string) string {
	var out strings.Builder
	var buf bytes.Buffer
	w, _ := flate.NewWriter(&buf, 9)
	for _, m := range messages {
		buf.Reset()
		if !takeover {
			w.Reset(&buf)
		}
		_, _ = w.Write([]byte(m))
		_ = w.Flush()
		out.WriteString(frame(0xc1, strings.TrimSuffix(buf.String(), "\x00\x00\xff\xff")))
	}
	return out.String()
}

func TestReader(t *testing.T) {
	long := strings.Repeat("abcdefgh", 10_000)
	bomb := strings.Repeat("0", 2*maxInflated)
	bombSize := len(deflated(true, bomb)) - 4
	for _, test := range []struct {
		name   string
		r      Reader
		in     string
		want   string
		failed bool
	}{
		{"text", Reader{}, "\x81\x05Hello", `text "Hello" 5`, false},
		{"masked", Reader{}, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", `text "Hello" 5`, false},
		{"fragments with a ping between", Reader{}, "\x02\x03Hel\x89\x01!\x80\x02lo", `ping "!" 1, binary "Hello" 5`, false},
		{"empty and close", Reader{}, "\x81\x00\x8a\x00\x88\x05\x03\xe8bye", `text "" 0, pong "" 0, close "\x03\xe8bye" 5`, false},
		{"two bytes of length", Reader{}, frame(0x82, long[:300]), fmt.Sprintf("binary %q 300", long[:300]), false},
		{"longer than kept", Reader{}, frame(0x81, long) + frame(0x81, "b"), fmt.Sprintf(`text %q 80000, text "b" 1`, long[:Keep]), false},
		// The examples of RFC 7692 section 7.2.3.
		{"deflate", Reader{Deflate: true}, "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", `text "Hello" 5`, false},
		{"deflate in fragments", Reader{Deflate: true}, "\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00", `text "Hello" 5`, false},
		{"deflate with takeover", Reader{Deflate: true, Takeover: true}, "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\xc1\x05\xf2\x00\x11\x00\x00", `text "Hello" 5, text "Hello" 5`, false},
		{"deflate with a final block", Reader{Deflate: true}, "\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00", `text "Hello" 5`, false},
		{"not compressed in spite of deflate", Reader{Deflate: true}, "\x81\x02hi", `text "hi" 2`, false},
		{"not deflate", Reader{Deflate: true}, "\xc1\x02\xff\xff", `text "" 2 coded`, false},
		{
			"a bomb, without takeover",
			Reader{Deflate: true},
			deflated(false, bomb, "after"), fmt.Sprintf(`text "" %d coded, text "after" 5`, bombSize), false,
		},
		{
			"a bomb, with takeover",
			Reader{Deflate: true, Takeover: true},
			deflated(true, bomb, "after"), fmt.Sprintf(`text "" %d coded, text "" 7 coded`, bombSize), false,
		},
		{"reserved bit", Reader{}, "\xc1\x00", "", true},
		{"reserved opcode", Reader{}, "\x83\x00", "", true},
		{"fragmented ping", Reader{}, "\x09\x00", "", true},
		{"long ping", Reader{}, frame(0x89, long[:126]), "", true},
		{"continuation of nothing", Reader{}, "\x80\x00", "", true},
		{"message inside a message", Reader{}, "\x01\x00\x81\x00", "", true},
		{"impossible length", Reader{}, "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "", true},
	} {
		for _, sizes := range []string{"", "\x00", "\x02\x07"} {
			r := test.r
			messages, err := read(&r, test.in, sizes)
			var got []string
			for _, m := range messages {
				s := fmt.Sprintf("%s %q %d", m.Type, m.Data, m.Size)
				if m.Coded {
					s += " coded"
				}
				got = append(got, s)
			}
			if s := strings.Join(got, ", "); s != test.want || (err != nil) != test.failed {
				t.Errorf("%s, pieces %q: %.200s, %v, want %.200s", test.name, sizes, s, err, test.want)
			}
		}
	}
}

// TestTakeoverWindow refers to bytes that are nearly a window away.
func TestTakeoverWindow(t *testing.T) {
	var messages []string
	for i := range 40 {
		messages = append(messages, strings.Repeat(fmt.Sprintf("%d,", i*i), 1000), strings.Repeat("0,", 500))
	}
	r := Reader{Deflate: true, Takeover: true}
	got, err := read(&r, deflated(true, messages...), "")
	if err != nil || len(got) != len(messages) {
		t.Fatalf("%d messages, %v", len(got), err)
	}
	for i, m := range got {
		if string(m.Data) != messages[i] {
			t.Fatalf("message %d is %.40q of %d bytes", i, m.Data, m.Size)
		}
	}
}

// TestBombs sends one bomb after the other: decoding stops to be worth it.
func TestBombs(t *testing.T) {
	r := Reader{Deflate: true}
	bomb := strings.Repeat("0", maxInflated/2)
	got, err := read(&r, deflated(false, strings.Split(strings.Repeat(bomb+",", 10), ",")...), "")
	if err != nil {
		t.Fatal(err)
	}
	decoded := 0
	for _, m := range got {
		if !m.Coded {
			decoded++
		}
	}
	if limit := maxFree/len(bomb) + 1; decoded != limit {
		t.Errorf("%d messages decoded, want %d", decoded, limit)
	}
}

func FuzzWebSocket(f *testing.F) {
	f.Add("\x81\x02hi\x01\x01a\x89\x00\x80\x01b\x88\x02\x03\xe8", "\x01", false)
	f.Add("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\xc1\x05\xf2\x00\x11\x00\x00", "\x02\x07", true)
	f.Add("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "\x00", true)
	f.Fuzz(func(t *testing.T, in, sizes string, deflate bool) {
		want, err := read(&Reader{Deflate: deflate, Takeover: deflate}, in, "")
		got, gotErr := read(&Reader{Deflate: deflate, Takeover: deflate}, in, sizes)
		if d := cmp.Diff(want, got); d != "" || (err == nil) != (gotErr == nil) {
			t.Fatalf("cut: %v, %v\n%s", err, gotErr, d)
		}
	})
}
