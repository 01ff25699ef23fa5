package filter

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

// condition is a filter as text together with a plain reading of it.
type condition struct {
	text string
	is   func(r exchange.Row) bool
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func drawTerm(t *rapid.T) condition {
	word := rapid.SampledFrom([]string{"api", "V1", "e", "me", "test", "GET", "40", "refused"}).Draw(t, "word")
	number := rapid.IntRange(1, 7).Draw(t, "number")
	code := rapid.SampledFrom([]int{200, 401, 404, 502}).Draw(t, "code")
	terms := []condition{
		{"host:" + word, func(r exchange.Row) bool { return contains(r.Host(), word) }},
		{"path:" + word, func(r exchange.Row) bool { return contains(r.Path(), word) }},
		{"path:*" + word, func(r exchange.Row) bool {
			return strings.HasSuffix(strings.ToLower(r.Path()), strings.ToLower(word))
		}},
		{"method:" + word, func(r exchange.Row) bool { return strings.EqualFold(r.Method, word) }},
		{fmt.Sprint("id:>=", number), func(r exchange.Row) bool { return int(r.ID) >= number }},
		{fmt.Sprintf("id:%d,%d", number, number+1), func(r exchange.Row) bool { return int(r.ID) == number || int(r.ID) == number+1 }},
		{fmt.Sprint("status:", code), func(r exchange.Row) bool { return r.Status == code }},
		{fmt.Sprintf("status:%dxx", code/100), func(r exchange.Row) bool { return r.Status/100 == code/100 }},
		{fmt.Sprint("status:<", code), func(r exchange.Row) bool { return r.Status > 0 && r.Status < code }},
		{fmt.Sprintf("dur:>%dms", 100*number), func(r exchange.Row) bool { return r.Duration > time.Duration(number)*100*time.Millisecond }},
		{fmt.Sprintf("age:<%dm", number), func(r exchange.Row) bool { return testNow.Sub(r.Start) < time.Duration(number)*time.Minute }},
		{"is:failed", func(r exchange.Row) bool { return r.State == exchange.Failed }},
		{"is:problem", func(r exchange.Row) bool { return r.Problem() }},
		{"~q", func(r exchange.Row) bool { return r.Status == 0 }},
		{"~d " + word, func(r exchange.Row) bool { return contains(r.Host(), word) }},
		{word, func(r exchange.Row) bool {
			_, after, ok := strings.Cut(r.URL, "://")
			if !ok {
				after = r.URL
			}
			all := []string{after, r.Method, r.FailureMessage}
			if r.Status > 0 {
				all = append(all, fmt.Sprint(r.Status), http.StatusText(r.Status))
			}
			for _, h := range r.Findings {
				all = append(all, h.Short)
			}
			for _, s := range all {
				if contains(s, word) {
					return true
				}
			}
			return false
		}},
	}
	return rapid.SampledFrom(terms).Draw(t, "term")
}

func drawCondition(t *rapid.T, depth int) condition {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth == 0 || kind <= 1 {
		return drawTerm(t)
	}
	a := drawCondition(t, depth-1)
	if kind == 2 {
		sign := rapid.SampledFrom([]string{"-", "!", "not "}).Draw(t, "not")
		return condition{sign + "(" + a.text + ")", func(r exchange.Row) bool { return !a.is(r) }}
	}
	b := drawCondition(t, depth-1)
	if kind == 3 {
		sign := rapid.SampledFrom([]string{" or ", " | ", "||"}).Draw(t, "or")
		return condition{"(" + a.text + sign + b.text + ")", func(r exchange.Row) bool { return a.is(r) || b.is(r) }}
	}
	sign := rapid.SampledFrom([]string{" and ", " & ", " "}).Draw(t, "and")
	return condition{"(" + a.text + sign + b.text + ")", func(r exchange.Row) bool { return a.is(r) && b.is(r) }}
}

func drawRow(t *rapid.T) exchange.Row {
	r := rapid.SampledFrom(testRows).Draw(t, "row")
	r.Status = rapid.SampledFrom([]int{0, 200, 401, 404, 502}).Draw(t, "status")
	r.State = rapid.SampledFrom([]exchange.State{exchange.Active, exchange.Complete, exchange.Failed}).Draw(t, "state")
	r.Duration = time.Duration(rapid.IntRange(0, 9).Draw(t, "duration")) * 100 * time.Millisecond
	r.Start = testNow.Add(-time.Duration(rapid.IntRange(0, 9).Draw(t, "age")) * time.Minute)
	return r
}

func TestAgainstPlainReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCondition(t, 4)
		f, err := Parse(c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		again, err := Parse(f.String())
		if err != nil {
			t.Fatalf("%s is printed as %s: %v", c.text, f, err)
		}
		for range 5 {
			r := drawRow(t)
			want := c.is(r)
			if got := f.At(testNow).Match(&r); got != want {
				t.Fatalf("%s matches %+v: %v, want %v", c.text, r, got, want)
			}
			if got := again.At(testNow).Match(&r); got != want {
				t.Fatalf("%s printed as %s matches %+v: %v, want %v", c.text, f, r, got, want)
			}
		}
	})
}
