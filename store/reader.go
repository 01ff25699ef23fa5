package store

import (
	"context"
	"time"

	"httpwhy/inspector/exchange"
)

// Reader reads a capture. Its methods may be called from many goroutines; what
// they return belongs to the caller.
type Reader interface {
	// Version counts the changes of the capture. It only grows.
	Version() uint64
	// Wait returns the version as soon as it is larger than since.
	Wait(ctx context.Context, since uint64) (uint64, error)
	// Rows returns at most limit rows with from or a larger ID, ascending,
	// exchanges under way included.
	Rows(ctx context.Context, from exchange.ID, limit int) ([]exchange.Row, error)
	// Changes returns the IDs, ascending, of the rows that are new or changed
	// after version since, and the version to which that brings the caller;
	// ErrTooOld where it does not know them any more.
	Changes(ctx context.Context, since uint64) ([]exchange.ID, uint64, error)
	// RowsOf returns the rows with these IDs, in that order; unknown ones are
	// left out.
	RowsOf(ctx context.Context, ids []exchange.ID) ([]exchange.Row, error)
	// Exchange returns the whole record with the leading exchange.HeadSize
	// bytes of its bodies; a *NotFoundError if there is none.
	Exchange(ctx context.Context, id exchange.ID) (*exchange.Exchange, error)
	// Findings returns the findings of an exchange.
	Findings(ctx context.Context, id exchange.ID) ([]exchange.Finding, error)
	// ReadBody returns up to n bytes of what was kept of a body, from offset
	// off; fewer only at its end, none past it.
	ReadBody(ctx context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error)
	// Info returns facts about the capture and its owner.
	Info(ctx context.Context) (Info, error)
	// Close ends the reader.
	Close(ctx context.Context) error
}

var _ Reader = (*Capture)(nil)

// openTime bounds how long OpenReader looks for the owner.
const openTime = 10 * time.Second

// OpenReader opens the capture in dir for reading: through its owner, if it has
// one, and from its files otherwise. Nothing is written. The error is that of
// os.Stat where there is no capture, and a *UnusableError where it can't be read.
//
// The reader follows owners that come and go. When one goes away, the call that
// notices it fails with ErrOwnerGone; the next ones read the files.
func OpenReader(dir string) (Reader, error) {
	f, err := newFollower(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), openTime)
	defer cancel()
	if _, err := f.Info(ctx); err != nil {
		f.Close(ctx) //nolint:errcheck // it closes nothing that can fail
		return nil, err
	}
	return f, nil
}
