package content

import (
	"testing"
)

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		contentType, data string
		want              Kind
	}{
		{"application/json; charset=utf-8", `{"a":1}`, JSON},
		{"application/problem+json", `{`, JSON},
		{"application/json", "<!DOCTYPE html><title>x", HTML},
		{"application/json", "name=x", JSON},
		{"application/x-ndjson", "{}\n{}", NDJSON},
		{"application/x-www-form-urlencoded", "a=1", Form},
		{"application/x-www-form-urlencoded", `{"a":1}`, JSON},
		{"text/plain", `{"a":1}`, JSON},
		{"text/plain", "[info] started", Text},
		{"text/plain", "hello", Text},
		{"text/plain", "\x89PNG\r\n\x1a\n", Image},
		{"", `[1]`, JSON},
		{"", "<?xml version='1.0'?><a/>", XML},
		{"", "\x00\x01\x02", Binary},
		{"application/octet-stream", "hello", Text},
		{"image/svg+xml", "<svg/>", XML},
		{"image/png", "\x89PNG\r\n\x1a\n", Image},
		{"multipart/form-data; boundary=x", "--x", Multipart},
		{"application/grpc+proto", "\x00", GRPC},
		{"application/x-protobuf", "\x08\x01", Protobuf},
		{"text/event-stream", "data: x", SSE},
		{"text/javascript", "let a", JavaScript},
		{"text/css", "a{}", CSS},
		{"text/html", "", Empty},
	} {
		if got := Sniff(test.contentType, []byte(test.data)); got != test.want {
			t.Errorf("%s %q: %s, want %s", test.contentType, test.data, got, test.want)
		}
	}
}
