package rules

import (
	"slices"
	"sort"
	"time"

	"httpwhy/inspector/exchange"
)

// repeatOf is the latest exchange before this one that sent the same: method,
// URL and content; nil if there was none within the span.
func (c *Case) repeatOf(within time.Duration) *exchange.Exchange {
	for _, y := range slices.Backward(c.Links.Siblings) {
		if !before(y, c.X) {
			continue
		}
		if c.X.Start.Sub(y.Start) > within {
			break
		}
		if y.URL == c.X.URL && SameContent(&c.X.Request.Body, &y.Request.Body) {
			return y
		}
	}
	return nil
}

// burst are the siblings that began within the span after this exchange, itself
// first; nil if another began within it before.
func (c *Case) burst(within time.Duration) []*exchange.Exchange {
	all := c.Links.Siblings
	at := sort.Search(len(all), func(i int) bool { return !before(all[i], c.X) })
	if at > 0 && c.X.Start.Sub(all[at-1].Start) <= within {
		return nil // the first of the burst tells of it
	}
	end := at
	for end < len(all) && all[end].Start.Sub(c.X.Start) <= within {
		end++
	}
	return all[at:end]
}

// before reports whether y began before x; exchanges without a time are in the
// order of their numbers.
func before(y, x *exchange.Exchange) bool {
	return y.Start.Before(x.Start) || y.Start.Equal(x.Start) && y.ID < x.ID
}

// SameContent reports whether two bodies are known to be equal.
func SameContent(a, b *exchange.Body) bool {
	if a.State == exchange.NoBody && b.State == exchange.NoBody {
		return true
	}
	return a.Size == b.Size && a.SHA256 == b.SHA256 && a.SHA256 != [32]byte{}
}

// ok reports whether x was answered with a status of success, in full.
func ok(x *exchange.Exchange) bool {
	return x.Failure == nil && !x.Synthetic && x.Status() >= 200 && x.Status() < 300
}

// outcome words how an exchange ended.
func outcome(x *exchange.Exchange) string {
	if x.Failure != nil {
		return excerpt(x.Failure.Message, 60)
	}
	return statusText(x.Response)
}
