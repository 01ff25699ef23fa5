package content

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestCheckJSONValid(t *testing.T) {
	for _, s := range []string{
		`{}`, `[]`, ` {"a":[1,-0.5e+9,true,null,"x\u00e9\n"]} `, `"s"`, `12`, "{\"a\":1}\n{\"a\":2}\n", "1\r\n2",
		")]}'\n{\"a\":1}", ")]}',\n[1]", "while(1);[1]", "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", `{"a":1,"a":2}`,
	} {
		if e := CheckJSON([]byte(s)); e != nil {
			t.Errorf("%q: %v", s, e)
		}
	}
}

func TestCheckJSONCauses(t *testing.T) {
	for _, test := range []struct {
		in           string
		line, column int
		cause        JSONCause
	}{
		{"", 1, 1, CauseEmpty},
		{"{\"a\": 1,\n}", 2, 1, CauseTrailingComma},
		{`[1, 2, ]`, 1, 8, CauseTrailingComma},
		{`{'a': 1}`, 1, 2, CauseSingleQuotes},
		{`{"a": 'x'}`, 1, 7, CauseSingleQuotes},
		{`{"a": NaN}`, 1, 7, CauseNaN},
		{`{"a": -Infinity}`, 1, 8, CauseNaN},
		{`undefined`, 1, 1, CauseNaN},
		{`{"a": True}`, 1, 7, CausePython},
		{`{a: 1}`, 1, 2, CauseUnquotedKey},
		{`{"é": 1, b: 2}`, 1, 10, CauseUnquotedKey},
		{`{"a": [1, 2`, 1, 12, CauseTruncated},
		{`{"a": "x`, 1, 9, CauseTruncated},
		{`{"a": tr`, 1, 9, CauseTruncated},
		{`{"a"`, 1, 5, CauseTruncated},
		{"\xef\xbb\xbf{}", 1, 1, CauseBOM},
		{"[object Object]", 1, 2, CauseObjectObject},
		{"name=x&b=2", 1, 1, CauseForm},
		{"<!DOCTYPE html>", 1, 1, CauseHTML},
		{"{\"a\": 1 // one\n}", 1, 9, CauseComment},
		{"{\"a\": \"x\ny\"}", 1, 9, CauseControl},
		{`{"a": "\x"}`, 1, 8, CauseEscape},
		{`{"a": 1 "b": 2}`, 1, 9, CauseMissingComma},
		{`[{} {}]`, 1, 5, CauseMissingComma},
		{`[01]`, 1, 2, CauseNumber},
		{`{"a" 1}`, 1, 6, ""},
		{`{"a":1}}`, 1, 8, ""},
		{`{} {}`, 1, 4, ""},
		{"{\x00\"\x00", 1, 2, ""},
	} {
		e := CheckJSON([]byte(test.in))
		if e == nil || e.Line != test.line || e.Column != test.column || e.Cause != test.cause {
			t.Errorf("%q: %+v, want %d:%d %q", test.in, e, test.line, test.column, test.cause)
		}
	}
}

func TestJSONErrorExcerpt(t *testing.T) {
	e := CheckJSON([]byte("{\n  \"name\": \"日本\", b: 2,\n}"))
	if want := "  \"name\": \"日本\", b: 2,\n                ^"; e.Excerpt != want {
		t.Errorf("got\n%s\nwant\n%s", e.Excerpt, want)
	}
	if want := `line 2, column 17: the key b stands without double quotes`; e.Error() != want {
		t.Errorf("got %s", e)
	}
	long := CheckJSON([]byte(`["` + strings.Repeat("x", 500) + `",]`))
	if before, caret, _ := strings.Cut(long.Excerpt, "\n"); len(before) > 80 || strings.IndexByte(caret, '^') != 31 {
		t.Errorf("got %q", long.Excerpt)
	}
}

func TestPrettyJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"b":1.0,"a":1E+2,"a":12345678901234567890,"e":[],"o":{}}`: "{\n  \"b\": 1.0,\n  \"a\": 1E+2,\n  \"a\": 12345678901234567890,\n  \"e\": [],\n  \"o\": {}\n}",
		`{"users":[{"id":0,"name":"u"},{"id":1,"tags":[1,2]}]}`:     "{\n  \"users\": [\n    { \"id\": 0, \"name\": \"u\" },\n    {\n      \"id\": 1,\n      \"tags\": [1, 2]\n    }\n  ]\n}",
		"{\"a\":1}\n{\"a\":2}":       "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}",
		")]}'\n[1]":                  ")]}'\n[\n  1\n]",
		`"x"`:                        `"x"`,
		`{"a":"` + "日本" + `\u00e9"}`: "{\n  \"a\": \"日本\\u00e9\"\n}",
	} {
		var b bytes.Buffer
		if err := PrettyJSON(&b, []byte(in)); err != nil || b.String() != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", in, err, b.String(), want)
		}
	}
	var b bytes.Buffer
	if err := PrettyJSON(&b, []byte(`{"a":1,"b":oops}`)); err == nil || !strings.HasSuffix(b.String(), `oops}`) {
		t.Errorf("a fault must keep the rest: %v %q", err, b.String())
	}
}

func TestPrettyJSONBoundsNesting(t *testing.T) {
	in := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	var b bytes.Buffer
	if err := PrettyJSON(&b, []byte(in)); err != nil || b.Len() > 2*len(in) {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+9,true,null,"x\u00e9\n"]}`, "{}\n{}", `{a:1}`, `[1,2,]`, "\xef\xbb\xbf1", ")]}'\n1", `{"a":{"b":[{"c":1},2]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e := CheckJSON(data)
		if valid := json.Valid(data); valid && e != nil {
			t.Fatalf("%q is valid, we say %v", data, e)
		} else if !valid && e == nil && jsonStart(data) == 0 && !bytes.ContainsAny(data, "\n\r\x1e") {
			t.Fatalf("%q is not valid", data)
		}
		var b bytes.Buffer
		err := PrettyJSON(&b, data)
		if (err == nil) != (e == nil || e.Cause == CauseBOM) {
			t.Fatalf("%q: check says %v, pretty %v", data, e, err)
		}
		if !json.Valid(data) {
			return
		}
		var before, after bytes.Buffer
		if json.Compact(&before, data) != nil || json.Compact(&after, b.Bytes()) != nil || before.String() != after.String() {
			t.Fatalf("%q became %q", data, b.String())
		}
	})
}

func BenchmarkPrettyJSON(b *testing.B) {
	var in bytes.Buffer
	in.WriteString(`{"users":[`)
	for in.Len() < 10<<20 {
		in.WriteString(`{"id":1,"name":"user 1","email":"u1@example.test"},`)
	}
	in.WriteString(`0]}`)
	b.SetBytes(int64(in.Len()))
	for b.Loop() {
		var out bytes.Buffer
		if err := PrettyJSON(&out, in.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
