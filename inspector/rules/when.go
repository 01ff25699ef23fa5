package rules

import "httpwhy/inspector/exchange"

// When is the cheap condition under which a rule is asked at all. The zero When
// holds for every exchange.
type When struct {
	needs facts
	// test is asked of exchanges with these facts alone; nil is no more to ask.
	test func(x *exchange.Exchange) bool
}

// when selects exchanges that pass the test. The facts are those without which
// none does, as far as they can be told beforehand: they spare most exchanges
// the test. Without any, 0, it is asked of each.
func when(needs facts, test func(x *exchange.Exchange) bool) When { return When{needs, test} }

// having is w for a rule that finds nothing without these facts either.
func having(more facts, w When) When { return When{w.needs | more, w.test} }

// holds reports whether x is selected.
func (w When) holds(x *exchange.Exchange) bool { return w.test == nil || w.test(x) }

// received selects exchanges with a response that a server sent: never one
// that httpwhy made itself.
func received(x *exchange.Exchange) bool { return x.Response != nil && !x.Synthetic }

// status selects received responses with one of these codes.
func status(codes ...int) When {
	var needs facts
	for _, code := range codes {
		needs |= statusFact(code)
	}
	return when(needs, func(x *exchange.Exchange) bool {
		if !received(x) {
			return false
		}
		for _, code := range codes {
			if x.Response.Status == code {
				return true
			}
		}
		return false
	})
}

// statusFrom selects received responses with a code from low to high.
func statusFrom(low, high int) When {
	var needs facts
	for code := low; code <= high; code++ {
		needs |= statusFact(code)
	}
	return when(needs, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= low && x.Response.Status <= high
	})
}

// failed selects exchanges that ended in one of these ways.
func failed(kinds ...exchange.FailureKind) When {
	return when(hasFailure, func(x *exchange.Exchange) bool {
		if x.Failure == nil {
			return false
		}
		for _, kind := range kinds {
			if x.Failure.Kind == kind {
				return true
			}
		}
		return false
	})
}

// hasOrigin selects received responses to requests with an Origin field.
func hasOrigin(x *exchange.Exchange) bool { return received(x) && x.Request.Header.Has("Origin") }
