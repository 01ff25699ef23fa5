package rules

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "signed-url-expired", Title: "The signed URL is not valid at this time", Family: Auth, Severity: exchange.SeverityError,
	Explain: "A signed URL carries its own credentials and the time in which they hold. Storage services refuse it outside of that time, " +
		"and many say only that access is denied.",
	FixClient: "Get a new signed URL shortly before it is used.",
	FixServer: "Sign URLs when they are asked for, and for as long as they are needed.",
	Spec:      "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html",
	When:      when(status4xx|hasQuery, func(x *exchange.Exchange) bool { return received(x) && refusedStatus(x.Response.Status) }),
	Check: func(c *Case) *Finding {
		s, now, fromServer := c.outdatedURL()
		if s == nil {
			return nil
		}
		clock := "local time"
		if fromServer {
			clock = "server Date"
		}
		f := &Finding{
			Verdict: fmt.Sprintf("The signed URL expired %s before this request (valid until %s, %s %s).",
				duration(now.Sub(s.end)), instant(s.end, now), clock, instant(now, now)),
			Short: "URL expired " + short(now.Sub(s.end)) + " ago",
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Get a new signed URL, and use it before it ends."},
				Server: exchange.Advice{Text: "Sign a new one, for as long as it is needed:", Copy: s.sign},
			},
		}
		if now.Before(s.begin) {
			f.Verdict = fmt.Sprintf("The signed URL is not valid for another %s (valid from %s, %s %s).",
				duration(s.begin.Sub(now)), instant(s.begin, now), clock, instant(now, now))
			f.Short = "URL valid in " + short(s.begin.Sub(now))
			f.Fix.Client.Text = "Wait, or compare the clocks of the machine that signs and of the server."
			f.Fix.Server = exchange.Advice{Text: "Set the clock of the machine that signs:", Copy: "timedatectl set-ntp true"}
		}
		for _, name := range []string{s.from, s.until} {
			if name != "" {
				f.Evidence = append(f.Evidence, exchange.Evidence{Part: exchange.RequestLine, Name: "the query's " + name, Value: clip(c.query().Get(name), 40)})
			}
		}
		if fromServer {
			f.Evidence = append(f.Evidence, c.responseField("Date", "the server's clock"))
		}
		if c.Text() != "" {
			f.Evidence = append(f.Evidence, c.bodyHead(""))
		}
		if !fromServer {
			f.Confidence = exchange.Likely
		}
		return f
	},
	Examples: []Example{
		{Name: "s3", Finds: "expired 12 min before this request (valid until 14:00:00Z, server Date 14:12:00Z)", HTTP: `> GET https://photos.s3.amazonaws.com/a.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261122T130000Z&X-Amz-Expires=3600&X-Amz-Signature=ab12 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/xml
< Date: Sun, 22 Nov 2026 14:12:00 GMT

<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>3600</X-Amz-Expires><RequestId>1</RequestId></Error>`},
		{Name: "google", Finds: "The signed URL expired 1 h before", HTTP: `> GET https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Date=20261122T120000Z&X-Goog-Expires=900&X-Goog-Signature=ab12 HTTP/2
< HTTP/2 400
< date: Sun, 22 Nov 2026 13:15:00 GMT`},
		{Name: "cloudfront", Finds: "valid until 13:20:00Z", HTTP: `> GET https://d1.cloudfront.net/a.mp4?Expires=1795353600&Signature=ab12&Key-Pair-Id=K1 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "azure", Finds: "(valid until 14:00:00Z, server Date 14:12:00Z)", HTTP: `> GET https://acc.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-11-22T14:00Z&sr=b&sp=r&sig=ab12 HTTP/1.1
< HTTP/1.1 403 Server failed to authenticate the request.
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "too-early", Finds: "is not valid for another 1 h (valid from 15:12:00Z, server Date 14:12:00Z)", HTTP: `> GET https://photos.s3.amazonaws.com/a.jpg?X-Amz-Date=20261122T151200Z&X-Amz-Expires=3600&X-Amz-Signature=ab12 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "valid", Also: []string{"forbidden"}, HTTP: `> GET https://photos.s3.amazonaws.com/a.jpg?X-Amz-Date=20261122T140000Z&X-Amz-Expires=3600&X-Amz-Signature=ab12 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "served", HTTP: `> GET https://d1.cloudfront.net/a.mp4?Expires=1795353600&Signature=ab12&Key-Pair-Id=K1 HTTP/1.1
< HTTP/1.1 200 OK
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
		{Name: "of-another", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/a?Expires=1795353600&Signature=ab12 HTTP/1.1
< HTTP/1.1 403 Forbidden
< Date: Sun, 22 Nov 2026 14:12:00 GMT`},
	},
})

// refusedStatus reports whether services refuse a signature with the status:
// Google Cloud Storage does with 400.
func refusedStatus(status int) bool { return status >= 400 && status <= 403 }

// signedLeeway is how far a clock may be off before S3 takes a URL as signed in
// the future (RequestTimeTooSkewed).
const signedLeeway = 15 * time.Minute

// outdatedURL is the signature in the URL if the request came outside of its
// time, with the time at the server; nil if there is none, it is valid, or
// nothing says when the request came.
func (c *Case) outdatedURL() (s *signedURL, now time.Time, fromServer bool) {
	if s = signedURLOf(c.query()); s == nil {
		return nil, now, false
	}
	now, fromServer = c.Now()
	if now.Unix() <= 0 || !now.After(s.end) && now.Add(signedLeeway).After(s.begin) {
		return nil, now, false
	}
	return s, now, fromServer
}
