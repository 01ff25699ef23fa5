package ui

import (
	"context"
	"errors"

	"httpwhy/inspector/exchange"
)

// ErrTooOld is returned by Source.Changes when it no longer knows what changed
// since the given version: the caller reads all rows anew.
var ErrTooOld = errors.New("the list of changes does not reach back that far")

// Source is what the screen shows: a capture, live or finished. Its methods may
// be called from any goroutine; what they return belongs to the caller.
type Source interface {
	// Version counts the changes of the capture. It only grows.
	Version() uint64
	// Rows returns at most limit rows with from or a larger ID, ascending,
	// exchanges under way included.
	Rows(ctx context.Context, from exchange.ID, limit int) ([]exchange.Row, error)
	// Changes returns the IDs, ascending, of the rows that are new or changed
	// after version since, and the version to which that brings the caller.
	Changes(ctx context.Context, since uint64) ([]exchange.ID, uint64, error)
	// RowsOf returns the rows with these IDs, in that order; unknown ones are
	// left out.
	RowsOf(ctx context.Context, ids []exchange.ID) ([]exchange.Row, error)
	// Exchange returns the whole record. Its bodies carry at most their leading
	// exchange.HeadSize bytes.
	Exchange(ctx context.Context, id exchange.ID) (*exchange.Exchange, error)
	// Findings returns the findings of an exchange, the primary one first.
	Findings(ctx context.Context, id exchange.ID) ([]exchange.Finding, error)
	// ReadBody returns up to n bytes of what was kept of a body, from offset
	// off; fewer only at its end, none past it.
	ReadBody(ctx context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error)
}
