package store

import (
	"context"
	"time"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
	"httpwhy/store/remote"
)

// versionTime bounds the question for the version, which has no context.
const versionTime = 2 * time.Second

// pollTime is how often files are looked at for a change.
const pollTime = 500 * time.Millisecond

// readable refuses a capture of a version that this program does not read. An
// older one is migrated when it is opened for recording.
func readable(path string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		if _, err := version(tx); err != nil {
			return &UnusableError{path, err}
		}
		return nil
	}
}

// Version asks the owner, or looks whether the files changed.
func (f *follower) Version() uint64 {
	ctx, cancel := context.WithTimeout(context.Background(), versionTime)
	defer cancel()
	owner, base, err := f.side(ctx)
	if err == nil && owner != nil {
		if reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Version}); err == nil {
			return f.report(base + reply.Version)
		}
	}
	return f.look()
}

// report remembers the highest version that was told.
func (f *follower) report(v uint64) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reported = max(f.reported, v)
	return f.reported
}

// look returns the version of the files.
func (f *follower) look() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.owner == nil {
		if now := stampOf(databasePath(f.dir)); now != f.seen {
			f.turn()
		}
	}
	f.reported = max(f.reported, f.base)
	return f.reported
}

// Wait returns the version as soon as it is larger than since.
func (f *follower) Wait(ctx context.Context, since uint64) (uint64, error) {
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	for {
		owner, base, err := f.side(ctx)
		if err != nil {
			return since, err
		}
		var v uint64
		if owner == nil {
			v = f.look()
		} else {
			reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Wait, Since: since - min(base, since)})
			if err != nil {
				return since, err
			}
			v = f.report(base + reply.Version)
		}
		if v > since {
			return v, nil
		}
		if owner == nil {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return since, ctx.Err()
			}
		}
	}
}

// Changes asks the owner. Of files it knows only whether they changed.
func (f *follower) Changes(ctx context.Context, since uint64) ([]exchange.ID, uint64, error) {
	owner, base, err := f.side(ctx)
	if err != nil {
		return nil, since, err
	}
	if owner == nil {
		if now := f.look(); now != since {
			return nil, now, ErrTooOld
		}
		return nil, since, nil
	}
	if since < base {
		return nil, f.Version(), ErrTooOld
	}
	reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Changes, Since: since - base})
	if reply == nil {
		return nil, since, err
	}
	return reply.IDs, f.report(base + reply.Version), err
}

// Rows reads rows, from an owner in parts.
func (f *follower) Rows(ctx context.Context, from exchange.ID, limit int) (rows []exchange.Row, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		rows = nil
		for len(rows) < limit {
			n := min(limit-len(rows), maxRowsReply)
			part, err := f.askRows(ctx, owner, &remote.Request{Op: remote.Rows, ID: from, N: n})
			if err != nil {
				return err
			}
			rows = append(rows, part...)
			if len(part) < n {
				return nil
			}
			from = rows[len(rows)-1].ID + 1
		}
		return nil
	}, func(files files) (err error) {
		rows, err = files.rows(from, limit)
		return err
	})
	return rows, err
}

// RowsOf reads certain rows, from an owner in parts.
func (f *follower) RowsOf(ctx context.Context, ids []exchange.ID) (rows []exchange.Row, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		rows = nil
		for rest := ids; len(rest) > 0; {
			n := min(len(rest), maxRowsReply)
			part, err := f.askRows(ctx, owner, &remote.Request{Op: remote.RowsOf, IDs: rest[:n]})
			if err != nil {
				return err
			}
			rows, rest = append(rows, part...), rest[n:]
		}
		return nil
	}, func(files files) (err error) {
		rows, err = files.rowsOf(ids)
		return err
	})
	return rows, err
}

func (f *follower) askRows(ctx context.Context, owner *remote.Client, r *remote.Request) ([]exchange.Row, error) {
	reply, err := f.ask(ctx, owner, r)
	if err != nil {
		return nil, err
	}
	return codec.UnmarshalRows(reply.Data)
}

// Exchange reads one exchange.
func (f *follower) Exchange(ctx context.Context, id exchange.ID) (x *exchange.Exchange, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Exchange, ID: id})
		if err == nil {
			x, err = codec.UnmarshalExchange(reply.Data)
		}
		return err
	}, func(files files) (err error) {
		x, err = files.exchange(id)
		return err
	})
	return x, err
}

// Findings reads the findings of one exchange.
func (f *follower) Findings(ctx context.Context, id exchange.ID) (found []exchange.Finding, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Findings, ID: id})
		if err == nil {
			found, err = codec.UnmarshalFindings(reply.Data)
		}
		return err
	}, func(files files) (err error) {
		found, err = files.findings(id)
		return err
	})
	return found, err
}

// ReadBody reads a part of a body, from an owner in parts.
func (f *follower) ReadBody(ctx context.Context, id exchange.ID, side exchange.Side, off int64, n int) (body []byte, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		body = nil
		for len(body) < n {
			want := min(n-len(body), maxBodyReply)
			r := &remote.Request{Op: remote.ReadBody, ID: id, Side: side, Off: off + int64(len(body)), N: want}
			reply, err := f.ask(ctx, owner, r)
			if err != nil {
				return err
			}
			body = append(body, reply.Data...)
			if len(reply.Data) < want {
				return nil
			}
		}
		return nil
	}, func(files files) (err error) {
		body, err = files.readBody(id, side, off, n)
		return err
	})
	return body, err
}

// Info reads facts about the capture.
func (f *follower) Info(ctx context.Context) (i Info, err error) {
	err = f.read(ctx, func(owner *remote.Client) error {
		reply, err := f.ask(ctx, owner, &remote.Request{Op: remote.Info})
		if err == nil {
			i, err = unmarshalInfo(reply.Data)
		}
		return err
	}, func(files files) (err error) {
		i.Exchanges, err = files.count()
		return err
	})
	return i, err
}
