package rules

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// signedURL is the time in which a URL that carries its own signature is valid.
type signedURL struct {
	// begin is zero if the URL does not say since when.
	begin, end time.Time
	// from and until are the query's parameters that say so.
	from, until string
	// sign makes a new one.
	sign string
}

// signedDate is the form of X-Amz-Date and X-Goog-Date.
const signedDate = "20060102T150405Z"

// signedURLOf reads the signatures of S3 and of those that speak as it does,
// Google Cloud Storage, CloudFront, Alibaba's OSS and Azure's shared access
// signatures; nil if query has none, or one that does not say until when.
func signedURLOf(query url.Values) *signedURL {
	param := func(name string) (as, value string) {
		for as, vs := range query {
			if len(vs) == 1 && strings.EqualFold(as, name) {
				return as, vs[0]
			}
		}
		return "", ""
	}
	has := func(name string) bool { _, v := param(name); return v != "" }
	for _, by := range []struct{ prefix, sign string }{
		{"X-Amz-", "aws s3 presign s3://BUCKET/KEY --expires-in 3600"},
		{"X-Goog-", "gcloud storage sign-url gs://BUCKET/OBJECT --duration=1h"},
	} {
		if !has(by.prefix + "Signature") {
			continue
		}
		from, date := param(by.prefix + "Date")
		until, seconds := param(by.prefix + "Expires")
		begin, err := time.Parse(signedDate, date)
		n, err2 := strconv.ParseUint(seconds, 10, 31)
		if err != nil || err2 != nil {
			return nil
		}
		return &signedURL{begin: begin, end: begin.Add(time.Duration(n) * time.Second), from: from, until: until, sign: by.sign}
	}
	if has("Signature") && has("Expires") {
		until, seconds := param("Expires")
		n, err := strconv.ParseInt(seconds, 10, 64)
		if err != nil || n < 1e9 || n > 1e10 {
			return nil
		}
		s := &signedURL{end: time.Unix(n, 0).UTC(), until: until, sign: "aws s3 presign s3://BUCKET/KEY --expires-in 3600"}
		switch {
		case has("Key-Pair-Id"):
			s.sign = "aws cloudfront sign --url URL --key-pair-id ID --private-key file://KEY --date-less-than DATE"
		case has("GoogleAccessId"):
			s.sign = "gcloud storage sign-url gs://BUCKET/OBJECT --duration=1h"
		case has("OSSAccessKeyId"):
			s.sign = "ossutil presign oss://BUCKET/OBJECT --expires-duration 1h"
		case !has("AWSAccessKeyId"):
			return nil // what else has such parameters is not known
		}
		return s
	}
	if has("sig") && has("sv") && has("se") { // Azure: signed version, signed expiry
		s := &signedURL{sign: "az storage blob generate-sas --account-name ACCOUNT -c CONTAINER -n BLOB --permissions r --expiry DATE --full-uri"}
		var date string
		s.until, date = param("se")
		s.end = azureTime(date)
		s.from, date = param("st")
		s.begin = azureTime(date)
		if s.end.IsZero() {
			return nil
		}
		return s
	}
	return nil
}

// azureTime reads the forms that a shared access signature may have, the zero
// time if it is in none of them.
func azureTime(s string) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
