package ui

import (
	"context"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// delayedSource holds back what the first read of findings found.
type delayedSource struct {
	*fakeSource
	first chan struct{} // empty when the first read came
	let   chan struct{}
	left  chan struct{}
}

func (d *delayedSource) Findings(ctx context.Context, id exchange.ID) ([]exchange.Finding, error) {
	found, err := d.fakeSource.Findings(ctx, id)
	select {
	case <-d.first:
		<-d.let
		defer close(d.left)
	default:
	}
	return found, err
}

// TestALateReadDoesNotReplaceALaterOne: an exchange is read while its findings
// are being written, and the answer comes after that of the next read.
func TestALateReadDoesNotReplaceALaterOne(t *testing.T) {
	source := &delayedSource{newFakeSource(), make(chan struct{}, 1), make(chan struct{}), make(chan struct{})}
	source.first <- struct{}{}
	shown := get("http://a.test/json", 401, time.Millisecond, "", "")
	source.put(shown)
	x := newSession(t, 80, 24, Options{Source: source})
	x.eventually("the first read", func(string) bool { return len(source.first) == 0 })
	source.put(shown, exchange.Finding{
		Rule: "jwt-expired", Severity: exchange.SeverityError, Short: "token expired", Verdict: "The token expired 2 h ago.",
	})
	x.shows("The token expired 2 h ago.")
	close(source.let)
	<-source.left
	x.press("5")
	x.shows("[5 Codes]")
	x.press("1")
	x.shows("[1 List]")
	x.shows("The token expired 2 h ago.")
}

// TestAnExchangeThatAFilterHidIsReadAgain: what was found in it makes it match.
func TestAnExchangeThatAFilterHidIsReadAgain(t *testing.T) {
	source := newFakeSource()
	shown := get("http://a.test/json", 401, time.Millisecond, "", "")
	source.put(shown)
	x := newSession(t, 160, 48, Options{Source: source})
	x.shows("Nothing wrong found")
	x.press("/", "why:expired", "Enter")
	x.shows("0 of 1")
	source.put(shown, exchange.Finding{
		Rule: "jwt-expired", Severity: exchange.SeverityError, Short: "token expired", Verdict: "The token expired 2 h ago.", Primary: true,
	})
	x.shows("The token expired 2 h ago.")
}
