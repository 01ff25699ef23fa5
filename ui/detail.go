package ui

import (
	"context"
	"fmt"

	"httpwhy/inspector/exchange"
)

// detail is all that is known of one exchange: what the peek and the exchange
// view show.
type detail struct {
	id       exchange.ID
	x        *exchange.Exchange
	findings []exchange.Finding
	err      error
}

// loadDetail reads an exchange and its findings, the primary one first.
func loadDetail(ctx context.Context, s Source, id exchange.ID) *detail {
	d := &detail{id: id}
	x, err := s.Exchange(ctx, id)
	if err != nil {
		d.err = fmt.Errorf("read exchange %d: %w", id, err)
		return d
	}
	d.x = x
	if d.findings, err = s.Findings(ctx, id); err != nil {
		d.err = fmt.Errorf("read the findings of exchange %d: %w", id, err)
	}
	return d
}

// primary is the finding to read first, nil if there is none.
func (d *detail) primary() *exchange.Finding {
	if len(d.findings) == 0 || !d.findings[0].Primary {
		return nil
	}
	return &d.findings[0]
}
