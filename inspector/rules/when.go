package rules

import "httpwhy/inspector/exchange"

// received selects exchanges with a response that a server sent: never one
// that httpwhy made itself.
func received(x *exchange.Exchange) bool { return x.Response != nil && !x.Synthetic }

// status selects received responses with one of these codes.
func status(codes ...int) When {
	return func(x *exchange.Exchange) bool {
		if !received(x) {
			return false
		}
		for _, code := range codes {
			if x.Response.Status == code {
				return true
			}
		}
		return false
	}
}

// statusFrom selects received responses with a code from low to high.
func statusFrom(low, high int) When {
	return func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Status >= low && x.Response.Status <= high
	}
}

// failed selects exchanges that ended in one of these ways.
func failed(kinds ...exchange.FailureKind) When {
	return func(x *exchange.Exchange) bool {
		if x.Failure == nil {
			return false
		}
		for _, kind := range kinds {
			if x.Failure.Kind == kind {
				return true
			}
		}
		return false
	}
}

// hasOrigin selects received responses to requests with an Origin field.
func hasOrigin(x *exchange.Exchange) bool { return received(x) && x.Request.Header.Has("Origin") }
