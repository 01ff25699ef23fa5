package rules

import (
	"net/url"
	"testing"
	"time"
)

func TestSignedURLOf(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, test := range []struct{ query, begin, end string }{
		{"x-amz-date=20261122T130000Z&x-amz-expires=60&x-amz-signature=a", "2026-11-22T13:00:00Z", "2026-11-22T13:01:00Z"},
		{"X-Goog-Date=20261122T130000Z&X-Goog-Expires=60&X-Goog-Signature=a", "2026-11-22T13:00:00Z", "2026-11-22T13:01:00Z"},
		{"Expires=1795353600&Signature=a&AWSAccessKeyId=b", "", "2026-11-22T13:20:00Z"},
		{"Expires=1795353600&Signature=a&OSSAccessKeyId=b", "", "2026-11-22T13:20:00Z"},
		{"Expires=1795353600&Signature=a&GoogleAccessId=b", "", "2026-11-22T13:20:00Z"},
		{"sv=1&st=2026-11-22&se=2026-11-23T01:00:00Z&sig=a", "2026-11-22T00:00:00Z", "2026-11-23T01:00:00Z"},
		{"sv=1&se=2026-11-23T01:00%2B02:00&sig=a", "", ""},
		{"sv=1&se=2026-11-23T01:00:00%2B02:00&sig=a", "", "2026-11-22T23:00:00Z"},
		{"sv=1&se=soon&sig=a", "", ""},
		{"sv=1&si=policy&sig=a", "", ""},
		{"Expires=1795353600&Signature=a", "", ""},
		{"Expires=soon&Signature=a&AWSAccessKeyId=b", "", ""},
		{"X-Amz-Date=20261122T130000Z&X-Amz-Expires=-1&X-Amz-Signature=a", "", ""},
		{"X-Amz-Date=20261122T130000Z&X-Amz-Date=20261122T130000Z&X-Amz-Expires=60&X-Amz-Signature=a", "", ""},
		{"Policy=a&Signature=b&Key-Pair-Id=c", "", ""},
		{"", "", ""},
	} {
		q, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		s := signedURLOf(q)
		if (s != nil) != (test.end != "") {
			t.Errorf("%s: %+v", test.query, s)
			continue
		}
		if s == nil {
			continue
		}
		if !s.end.Equal(at(test.end)) || test.begin != "" && !s.begin.Equal(at(test.begin)) || test.begin == "" && !s.begin.IsZero() {
			t.Errorf("%s: from %v until %v", test.query, s.begin, s.end)
		}
	}
}
