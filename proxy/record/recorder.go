// Package record is the border between the proxy and whoever keeps what it
// saw. Both sources of exchanges, the recording RoundTripper and the passive
// tap beside an intercepted connection, report through a Draft.
package record

import "httpwhy/inspector/exchange"

// Recorder takes exchanges down, step by step. Its methods are called on the
// way of live traffic, from many goroutines: they return at once, never block
// on a disk and never fail towards the caller.
//
// No method but End keeps the pointer x after it returned. What its connections
// say of their TLS does not change any more.
type Recorder interface {
	// Begin makes an exchange known whose request head, or CONNECT, was just
	// read, and returns its number.
	Begin(x *exchange.Exchange) exchange.ID
	// Step tells that x has come further: an interim response, the response
	// head, frames, or that a body has grown.
	Step(x *exchange.Exchange)
	// Spill keeps the next bytes of a body beyond the leading
	// exchange.HeadSize, in order, and owns p from then on. False means that
	// they could not be kept: the rest of that body is not offered any more.
	// Recycle gives p back for reuse.
	Spill(id exchange.ID, side exchange.Side, p []byte) bool
	// End hands over the finished exchange, which nobody changes any more.
	End(x *exchange.Exchange)
}

// Discard is a Recorder that keeps nothing.
type Discard struct{}

// Begin returns 0.
func (Discard) Begin(*exchange.Exchange) exchange.ID { return 0 }

// Step does nothing.
func (Discard) Step(*exchange.Exchange) {}

// Spill keeps nothing.
func (Discard) Spill(exchange.ID, exchange.Side, []byte) bool { return false }

// End does nothing.
func (Discard) End(*exchange.Exchange) {}
