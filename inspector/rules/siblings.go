package rules

import (
	"time"

	"httpwhy/inspector/exchange"
)

// repeatOf is the latest exchange before this one that sent the same: method,
// URL and content; nil if there was none within the span.
func (c *Case) repeatOf(within time.Duration) *exchange.Exchange {
	var found *exchange.Exchange
	for _, y := range c.Links.Siblings {
		if !before(y, c.X) {
			break
		}
		if y.URL == c.X.URL && c.X.Start.Sub(y.Start) <= within && sameContent(&c.X.Request.Body, &y.Request.Body) {
			found = y
		}
	}
	return found
}

// before reports whether y began before x; exchanges without a time are in the
// order of their numbers.
func before(y, x *exchange.Exchange) bool {
	return y.Start.Before(x.Start) || y.Start.Equal(x.Start) && y.ID < x.ID
}

// sameContent reports whether two bodies are known to be equal.
func sameContent(a, b *exchange.Body) bool {
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
