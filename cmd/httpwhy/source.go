package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"httpwhy/inspector/exchange"
	"httpwhy/store"
	"httpwhy/ui"
)

// source is the capture as the screen wants it.
type source struct{ store.Reader }

// Changes tells the screen in its own terms that it must read all rows anew. So
// it must when the recorder has ended: the files have versions of their own.
func (s source) Changes(ctx context.Context, since uint64) ([]exchange.ID, uint64, error) {
	ids, version, err := s.Reader.Changes(ctx, since)
	if errors.Is(err, store.ErrTooOld) || errors.Is(err, store.ErrOwnerGone) {
		err = ui.ErrTooOld
	}
	return ids, version, err
}

// again asks once more where the recorder was found to have ended: what it had
// committed is read from its files then.
func again[T any](ask func() (T, error)) (T, error) {
	answer, err := ask()
	if errors.Is(err, store.ErrOwnerGone) {
		answer, err = ask()
	}
	return answer, err
}

// Rows survives the end of the recorder.
func (s source) Rows(ctx context.Context, from exchange.ID, limit int) ([]exchange.Row, error) {
	return again(func() ([]exchange.Row, error) { return s.Reader.Rows(ctx, from, limit) })
}

// RowsOf survives the end of the recorder.
func (s source) RowsOf(ctx context.Context, ids []exchange.ID) ([]exchange.Row, error) {
	return again(func() ([]exchange.Row, error) { return s.Reader.RowsOf(ctx, ids) })
}

// Exchange survives the end of the recorder.
func (s source) Exchange(ctx context.Context, id exchange.ID) (*exchange.Exchange, error) {
	return again(func() (*exchange.Exchange, error) { return s.Reader.Exchange(ctx, id) })
}

// Findings survives the end of the recorder.
func (s source) Findings(ctx context.Context, id exchange.ID) ([]exchange.Finding, error) {
	return again(func() ([]exchange.Finding, error) { return s.Reader.Findings(ctx, id) })
}

// ReadBody survives the end of the recorder.
func (s source) ReadBody(ctx context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error) {
	return again(func() ([]byte, error) { return s.Reader.ReadBody(ctx, id, side, off, n) })
}

// recorder says who records, and what could not be kept.
func (s source) recorder(ctx context.Context) (ui.Recorder, error) {
	info, err := s.Info(ctx)
	return ui.Recorder{PID: info.PID, Address: info.Address, Notice: recordingNotice(info)}, err
}

// recordingNotice says what is wrong with a recording, the worst first; "" if
// nothing is.
func recordingNotice(i store.Info) string {
	switch {
	case i.Lost > 0:
		return fmt.Sprintf("exchanges lost: %d; the disk took no more: %s", i.Lost, cmp.Or(i.DiskError, "it works again"))
	case i.DiskError != "":
		return fmt.Sprintf("nothing can be written: %s; exchanges that wait in memory: %d", i.DiskError, i.Unwritten)
	case i.BodiesShed > 0:
		return fmt.Sprintf("bodies not kept: %d; the disk is too slow for this traffic", i.BodiesShed)
	default:
		return ""
	}
}
