package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"httpwhy/inspector/exchange"
	"httpwhy/store/remote"
)

// Reader reads a capture, live or finished. Its methods may be called from any
// goroutine.
type Reader interface {
	Version() uint64
	Wait(ctx context.Context, since uint64) (uint64, error)
	Rows(ctx context.Context, from exchange.ID, limit int) ([]exchange.Row, error)
	Changes(ctx context.Context, since uint64) ([]exchange.ID, uint64, error)
	RowsOf(ctx context.Context, ids []exchange.ID) ([]exchange.Row, error)
	Exchange(ctx context.Context, id exchange.ID) (*exchange.Exchange, error)
	Findings(ctx context.Context, id exchange.ID) ([]exchange.Finding, error)
	ReadBody(ctx context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error)
	Info(ctx context.Context) (Info, error)
	Close(ctx context.Context) error
}

// OpenReader opens the capture in dir for reading: from its owner if a process
// records into it, else from its files. Either may change later: the reader
// follows. It fails with fs.ErrNotExist if there is no capture.
func OpenReader(dir string) (Reader, error) {
	r := &reader{dir: dir}
	_, err := r.Info(context.Background())
	if err != nil {
		return nil, err
	}
	return r, nil
}

// reader asks the owner while there is one. It holds the files open for the time
// of a call only, so that a recorder can start at any time.
type reader struct {
	dir string

	mu    sync.Mutex
	owner *remote.Client
	// base is added to the owner's version, so that versions grow over the
	// change of owners; version is the last one that was given out.
	base, version uint64
}

// wait bounds how often a waiting reader asks.
const askPause = 100 * time.Millisecond

func (r *reader) Wait(ctx context.Context, since uint64) (uint64, error) {
	ticker := time.NewTicker(askPause)
	defer ticker.Stop()
	for {
		if v := r.Version(); v > since {
			return v, nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return since, ctx.Err()
		}
	}
}

func (r *reader) Version() uint64 {
	var v uint64
	err := r.ask("version", question{}, func(a *answered) error { v = a.Version; return nil },
		func(files) error { v = 0; return nil })
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.version = max(r.version, r.base+v)
	}
	return r.version
}

func (r *reader) Changes(_ context.Context, since uint64) (ids []exchange.ID, v uint64, err error) {
	r.mu.Lock()
	base := r.base
	r.mu.Unlock()
	err = r.ask("changes", question{Since: since - base}, func(a *answered) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if since < r.base {
			return ErrTooOld
		}
		ids, v = a.IDs, r.base+a.Version
		return nil
	}, func(files) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if v = r.base; since < v {
			return ErrTooOld
		}
		return nil
	})
	return ids, v, err
}

func (r *reader) Rows(_ context.Context, from exchange.ID, limit int) (rows []exchange.Row, err error) {
	err = r.ask("rows", question{From: from, Limit: min(limit, maxRows)}, func(a *answered) (err error) {
		rows, err = receiveRows(a.Rows)
		return err
	}, func(f files) (err error) { rows, err = f.rows(from, limit); return err })
	return rows, err
}

func (r *reader) RowsOf(_ context.Context, ids []exchange.ID) (rows []exchange.Row, err error) {
	err = r.ask("rows-of", question{IDs: ids}, func(a *answered) (err error) {
		rows, err = receiveRows(a.Rows)
		return err
	}, func(f files) (err error) { rows, err = f.rowsOf(ids); return err })
	return rows, err
}

func (r *reader) Exchange(_ context.Context, id exchange.ID) (x *exchange.Exchange, err error) {
	err = r.ask("exchange", question{From: id}, func(a *answered) (err error) {
		if x, err = decodeExchange(a.Record); err != nil {
			return err
		}
		x.Request.Body.Data = a.Request
		if x.Response != nil {
			x.Response.Body.Data = a.Bytes
		}
		return nil
	}, func(f files) (err error) { x, err = f.exchange(id); return err })
	return x, err
}

func (r *reader) Findings(_ context.Context, id exchange.ID) (fs []exchange.Finding, err error) {
	err = r.ask("findings", question{From: id}, func(a *answered) error { fs = a.Findings; return nil },
		func(f files) (err error) { fs, err = f.findings(id); return err })
	return fs, err
}

func (r *reader) ReadBody(_ context.Context, id exchange.ID, side exchange.Side, off int64, n int) (p []byte, err error) {
	n = min(n, maxBody)
	err = r.ask("body", question{From: id, Side: side, Off: off, Limit: n}, func(a *answered) error { p = a.Bytes; return nil },
		func(f files) (err error) { p, err = f.readBody(id, side, off, n); return err })
	return p, err
}

func (r *reader) Info(context.Context) (info Info, err error) {
	err = r.ask("info", question{}, func(a *answered) error {
		if a.Info != nil {
			info = *a.Info
		}
		return nil
	}, func(f files) (err error) { info.Exchanges, err = f.count(); return err })
	return info, err
}

func (r *reader) Close(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owner == nil {
		return nil
	}
	return r.owner.Close()
}

// ask gets an answer from the owner, or from the files if there is none. An
// owner that went away in between is asked no more.
func (r *reader) ask(name string, q question, fromOwner func(*answered) error, fromFiles func(files) error) error {
	for range 3 {
		owner := r.currentOwner()
		if owner != nil {
			a, err := call(owner, name, q)
			if !broken(err) {
				if err != nil {
					return err
				}
				return fromOwner(a)
			}
			r.lose(owner)
			continue
		}
		db, err := openDB(r.dir, true, time.Millisecond)
		if errors.Is(err, berrors.ErrTimeout) {
			if err := r.find(); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("open the capture: %w", err)
		}
		err = fromOpen(r.dir, db, fromFiles)
		return errors.Join(err, db.Close())
	}
	return fmt.Errorf("the recorder of %s (process id %d) does not answer", r.dir, readOwner(r.dir).PID)
}

func fromOpen(dir string, db *bolt.DB, read func(files) error) error {
	f := files{dir, db}
	if err := f.view(checkVersion); err != nil {
		return fmt.Errorf("%s cannot be read: %w", dbPath(dir), err)
	}
	return read(f)
}

func (r *reader) currentOwner() *remote.Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.owner
}

// find connects to the owner.
func (r *reader) find() error {
	c, err := remote.Dial(readOwner(r.dir).Socket)
	if err != nil {
		// It may be starting or ending just now.
		time.Sleep(askPause)
		if c, err = remote.Dial(readOwner(r.dir).Socket); err != nil {
			return fmt.Errorf("%s is being recorded into, and its recorder (process id %d) does not answer: %w", r.dir, readOwner(r.dir).PID, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owner = c
	r.base = r.version + 1
	return nil
}

func (r *reader) lose(c *remote.Client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.Close()
	if r.owner == c {
		r.owner = nil
		r.base = r.version + 1
		r.version = r.base
	}
}

func call(c *remote.Client, name string, q question) (*answered, error) {
	body, err := encoding.Marshal(&q)
	if err != nil {
		return nil, err
	}
	b, err := c.Call(name, body)
	var refused *remote.Error
	switch {
	case errors.As(err, &refused) && refused.Code == tooOld:
		return nil, ErrTooOld
	case errors.As(err, &refused) && refused.Code == notFound && len(q.IDs) == 0:
		return nil, &NotFoundError{q.From}
	case err != nil:
		return nil, err
	}
	var a answered
	return &a, decoding.Unmarshal(b, &a)
}

// broken: the connection is of no use, as when the owner ended.
func broken(err error) bool {
	var refused *remote.Error
	return err != nil && !errors.As(err, &refused) && !errors.Is(err, ErrTooOld) && !errors.As(err, new(*NotFoundError))
}
