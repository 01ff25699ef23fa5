package rules

import (
	"fmt"
	"slices"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/spelling"
)

var _ = rule(Rule{
	ID: "cache-control-contradiction", Title: "Cache-Control contradicts itself", Family: Cache, Severity: exchange.SeverityInfo,
	PerHost:   true,
	Explain:   "Caches ignore directives that they do not know, and take the stricter one of two that exclude each other. What was meant is then not what happens.",
	FixClient: "Nothing to change on this side.",
	FixServer: "Keep the directives that are meant.",
	Spec:      rfcCaching + "#name-response-directives",
	When:      when(anyStatus|answersCacheControl, received),
	Check: func(c *Case) *Finding {
		ds := cacheControl(c.X.Response.Header)
		if len(ds) == 0 {
			return nil
		}
		fault, instead := contradiction(ds)
		if fault == "" {
			return nil
		}
		return &Finding{
			Verdict:  fmt.Sprintf("Cache-Control of %s: %s.", clip(c.Path(), 60), fault),
			Short:    "Cache-Control contradicts",
			Evidence: []exchange.Evidence{c.responseField("Cache-Control", "")},
			Fix:      exchange.Fix{Server: exchange.Advice{Text: "Keep what is meant, e.g.:", Copy: "Cache-Control: " + instead}},
		}
	},
	Examples: []Example{
		{Name: "stored-or-not", Finds: "no-store forbids to keep it, so max-age has no effect", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: no-store, max-age=3600`},
		{Name: "whose", Finds: "public and private exclude each other", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, private`},
		{Name: "private-shared", Finds: "s-maxage is for shared caches", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: private, s-maxage=60`},
		{Name: "typo", Finds: "maxage is no directive; max-age is meant", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: maxage=60`},
		{Name: "twice", Finds: "max-age is given twice, as 60 and 0", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60
< Cache-Control: max-age=0`},
		{Name: "no-number", Finds: "max-age=1h is no number of seconds", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=1h`},
		{Name: "immutable", Finds: "immutable has no effect without max-age", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: immutable`},
		{Name: "careful", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: no-cache, no-store, max-age=0, must-revalidate`},
		{Name: "usual", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: public, max-age=31536000, immutable, stale-while-revalidate=60`},
		{Name: "extension", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Cache-Control: max-age=60, community="UCI"`},
	},
})

// knownDirectives are those of responses (RFC 9111, RFC 5861, RFC 8246) and
// those of requests, which servers send too.
var knownDirectives = []string{
	"max-age", "s-maxage", "no-cache", "no-store", "no-transform", "must-revalidate", "proxy-revalidate", "must-understand",
	"private", "public", "immutable", "stale-while-revalidate", "stale-if-error", "min-fresh", "max-stale", "only-if-cached",
}

// maxDirectives is how many directives are looked at; there are 16.
const maxDirectives = 64

// contradiction says what is wrong in the directives, and what may be meant;
// "" if nothing is.
func contradiction(ds cacheDirectives) (fault, instead string) {
	first := map[string]cacheDirective{}
	for i, d := range ds {
		if i == maxDirectives {
			break
		}
		if d.Name == "max-age" || d.Name == "s-maxage" {
			if _, valid := deltaSeconds(d.Value); !valid {
				return fmt.Sprintf("%s=%s is no number of seconds", d.Name, clip(d.Value, 20)), d.Name + "=3600"
			}
			if f, again := first[d.Name]; again && f.Value != d.Value {
				return fmt.Sprintf("%s is given twice, as %s and %s", d.Name, f.Value, d.Value), d.Name + "=" + d.Value
			}
			first[d.Name] = d
		}
		if meant := meantDirective(d.Name); meant != "" {
			return fmt.Sprintf("%s is no directive; %s is meant", clip(d.Name, 20), meant), meant + valueOf(d)
		}
	}
	age, hasAge := ds.seconds("max-age")
	shared, hasShared := ds.seconds("s-maxage")
	switch {
	case ds.has("no-store") && hasAge && age > 0:
		return "no-store forbids to keep it, so max-age has no effect", "max-age=" + fmt.Sprint(int(age/time.Second))
	case ds.has("no-store") && hasShared && shared > 0:
		return "no-store forbids to keep it, so s-maxage has no effect", "s-maxage=" + fmt.Sprint(int(shared/time.Second))
	case ds.has("public") && ds.has("private"):
		return "public and private exclude each other; caches take private", "private"
	case ds.has("public") && ds.has("no-store"):
		return "public and no-store exclude each other; caches take no-store", "no-store"
	case ds.has("private") && hasShared && shared > 0:
		return "s-maxage is for shared caches, which private keeps out", "private"
	case ds.has("immutable") && !hasAge && !hasShared:
		return "immutable has no effect without max-age", "max-age=31536000, immutable"
	}
	return "", ""
}

func valueOf(d cacheDirective) string {
	if d.HasValue {
		return "=" + clip(d.Value, 20)
	}
	return ""
}

// meantDirective is the directive that name is a misspelling of, "" if none is
// close: unknown directives are allowed.
func meantDirective(name string) string {
	if len(name) < 5 || slices.Contains(knownDirectives, name) {
		return ""
	}
	for _, known := range knownDirectives {
		if spelling.Distance(name, known) <= 1 || len(name) > 6 && spelling.Distance(name, known) == 2 {
			return known
		}
	}
	return ""
}
