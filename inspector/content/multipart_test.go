package content

import (
	"errors"
	"testing"
)

const multipartBody = "preamble\r\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X not a delimiter\r\n--X \r\n" +
	"content-disposition: form-data; name=\"f\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--X--\r\nepilogue"

func TestParseMultipart(t *testing.T) {
	parts, err := ParseMultipart("multipart/form-data; boundary=X", []byte(multipartBody))
	if err != nil || len(parts) != 2 {
		t.Fatalf("%v, %d parts", err, len(parts))
	}
	if p := parts[0]; p.Name != "a" || string(p.Data) != "1\r\n--X not a delimiter" {
		t.Errorf("%+v %q", p, p.Data)
	}
	if p := parts[1]; p.Name != "f" || p.Filename != "p.png" || string(p.Data) != "\x89PNG\r\n" || p.Header.Get("content-type") != "image/png" {
		t.Errorf("%+v %q", p, p.Data)
	}
}

func TestParseMultipartErrors(t *testing.T) {
	for _, test := range []struct {
		contentType, body string
		want              error
		parts             int
	}{
		{"multipart/form-data", multipartBody, ErrNoBoundary, 0},
		{"multipart/form-data; boundary=Y", multipartBody, ErrNoParts, 0},
		{"multipart/form-data; boundary=X", "", ErrNoParts, 0},
		{"multipart/form-data; boundary=X", multipartBody[:60], ErrNoEnd, 1},
		{"multipart/form-data; boundary=X", multipartBody[:180], ErrNoEnd, 2},
		{"multipart/form-data; boundary=X", "--X\r\nno header\r\n--X--", ErrPartHeader, 1},
		{"multipart/form-data; boundary=X", "--X--\r\n", nil, 0},
		{`multipart/form-data; boundary="a b"; x`, "--a b\n\n1\n--a b--", nil, 1},
	} {
		parts, err := ParseMultipart(test.contentType, []byte(test.body))
		if !errors.Is(err, test.want) || len(parts) != test.parts {
			t.Errorf("%s %q: %v, %d parts", test.contentType, test.body, err, len(parts))
		}
	}
}
