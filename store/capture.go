package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"httpwhy/inspector/exchange"
	"httpwhy/store/remote"
)

// Options are those of a capture's owner.
type Options struct {
	// Committed is called by the writer after each commit with the exchanges
	// that are durable from then on, in the order in which they ended. The
	// writer waits for it.
	Committed func([]*exchange.Exchange)
}

// FindingsOf replaces all findings of one exchange.
type FindingsOf struct {
	ID       exchange.ID
	Findings []exchange.Finding
}

// Info are facts about a capture and its owner.
type Info struct {
	// PID is the owner's process id, 0 if nobody records into the capture.
	PID int
	// Address is where the owner's proxy listens.
	Address string
	Started time.Time
	// Exchanges is the highest ID.
	Exchanges int
	// Shed counts bodies that were not kept because the disk was too slow.
	Shed int
	// DiskError is why nothing can be written at the moment, "" if it can.
	DiskError string
	// Unwritten counts exchanges that are in memory only, because of DiskError;
	// Lost those that had to be given up.
	Unwritten, Lost int
}

// Capture is a capture that this process owns and records into. Its methods may
// be called from any goroutine.
type Capture struct {
	files
	options Options
	changes *changes
	queue   *queue
	server  *remote.Server
	socket  string

	mu   sync.Mutex
	next exchange.ID
	// active are the rows of exchanges under way and of those not committed yet.
	active map[exchange.ID]*exchange.Row
	// unwritten are whole exchanges that wait for their commit.
	unwritten map[exchange.ID]*exchange.Exchange
	info      Info

	writer    writer
	syncs     chan chan struct{}
	quit      chan struct{}
	ended     chan struct{}
	closeOnce sync.Once
	closeErr  error
}

// BusyError says that another process records into the capture.
type BusyError struct {
	Dir string
	PID int
}

func (e *BusyError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("httpwhy with process id %d", e.PID)
	}
	return fmt.Sprintf("%s is being recorded into by %s: look at it with httpwhy view, or record to another folder with --capture DIR", e.Dir, who)
}

// lockPatience is how long Open waits for readers that have the file open for a
// moment.
const lockPatience = time.Second

// Open opens the capture in dir for recording and makes it if there is none. It
// fails with *BusyError if another process records into it. Close ends it.
func Open(dir string, o Options) (*Capture, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the capture's folder: %w; choose another with --capture DIR", err)
	}
	db, err := openDB(dir, false, lockPatience)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, &BusyError{Dir: dir, PID: readOwner(dir).PID}
	}
	if err != nil {
		return nil, fmt.Errorf("open the capture: %w", err)
	}
	c := &Capture{
		files: files{dir, db}, options: o, changes: newChanges(), queue: newQueue(),
		active: map[exchange.ID]*exchange.Row{}, unwritten: map[exchange.ID]*exchange.Exchange{},
		syncs: make(chan chan struct{}), quit: make(chan struct{}), ended: make(chan struct{}),
		info: Info{PID: os.Getpid(), Started: time.Now()},
	}
	c.writer = writer{files: c.files, spilled: map[exchange.ID]*spilled{}}
	if err := c.begin(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return c, nil
}

func (c *Capture) begin() error {
	err := guard(c.dir, func() error {
		return c.db.Update(func(tx *bolt.Tx) error {
			if err := prepare(tx); err != nil {
				return fmt.Errorf("%s cannot be used: %w", dbPath(c.dir), err)
			}
			c.next = readNext(tx)
			c.writer.segments = segments{dir: c.dir, at: readPosition(tx)}
			return nil
		})
	})
	if err != nil {
		return err
	}
	listener, address, err := listen(c.dir)
	if err != nil {
		return err
	}
	c.server, c.socket = remote.Serve(listener, c.answer), address
	if err := writeOwner(c.dir, owner{PID: os.Getpid(), Socket: address}); err != nil {
		c.server.Close()
		c.removeSocket()
		return err
	}
	go c.write()
	return nil
}

// SetInfo tells readers where the proxy listens.
func (c *Capture) SetInfo(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Address = address
}

// Begin implements record.Recorder.
func (c *Capture) Begin(x *exchange.Exchange) exchange.ID {
	c.mu.Lock()
	id := c.next
	c.next++
	row := exchange.NewRow(x)
	row.ID = id
	c.active[id] = &row
	c.mu.Unlock()
	c.changes.add(id)
	return id
}

// Step implements record.Recorder.
func (c *Capture) Step(x *exchange.Exchange) {
	row := exchange.NewRow(x)
	c.mu.Lock()
	c.active[x.ID] = &row
	c.mu.Unlock()
	c.changes.add(x.ID)
}

// Spill implements record.Recorder.
func (c *Capture) Spill(id exchange.ID, side exchange.Side, p []byte) bool {
	return c.queue.spill(piece{id, side, p})
}

// End implements record.Recorder. The capture owns x from then on.
func (c *Capture) End(x *exchange.Exchange) {
	c.queue.admit(x)
	row := exchange.NewRow(x)
	c.mu.Lock()
	c.active[x.ID] = &row
	c.unwritten[x.ID] = x
	c.mu.Unlock()
	c.queue.push(x)
	c.changes.add(x.ID)
}

// PutFindings queues findings for the next commit. Later ones of the same
// exchange replace earlier ones. It does not block.
func (c *Capture) PutFindings(fs []FindingsOf) {
	if len(fs) > 0 {
		c.queue.found(fs)
	}
}

// Sync returns when all that ended, and all findings that were put, before the
// call are durable.
func (c *Capture) Sync(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case c.syncs <- done:
	case <-c.ended:
		return errors.New("the capture is closed")
	case <-ctx.Done():
		return fmt.Errorf("wait for the capture's commit: %w", ctx.Err())
	}
	select {
	case <-done:
	case <-ctx.Done():
		return fmt.Errorf("wait for the capture's commit: %w", ctx.Err())
	}
	if why := c.diskError(); why != "" {
		return fmt.Errorf("the capture could not be written: %s", why)
	}
	return nil
}

// Close ends exchanges under way as interrupted, commits what is left, and ends
// the capture. It returns the first thing that was lost by it.
func (c *Capture) Close(ctx context.Context) error {
	c.closeOnce.Do(func() {
		c.interrupt()
		c.closeErr = c.Sync(ctx)
		close(c.quit)
		<-c.ended
		c.server.Close()
		c.removeSocket()
		c.writer.segments.close()
		c.closeErr = errors.Join(c.closeErr, c.db.Close())
	})
	return c.closeErr
}

// interrupt ends what is still under way.
func (c *Capture) interrupt() {
	c.mu.Lock()
	var cut []*exchange.Exchange
	for id, row := range c.active {
		if c.unwritten[id] == nil {
			cut = append(cut, interrupted(row))
		}
	}
	c.mu.Unlock()
	for _, x := range cut {
		c.End(x)
	}
}

// interrupted is the exchange of a row under way, as far as the row knows it.
func interrupted(r *exchange.Row) *exchange.Exchange {
	return &exchange.Exchange{
		ID: r.ID, State: exchange.Failed, Mode: r.Mode, Start: r.Start, URL: r.URL,
		Request: exchange.Message{Method: r.Method, Proto: r.Proto, Body: exchange.Body{State: exchange.UnrecordedBody, Size: r.RequestBytes}},
		Failure: &exchange.Failure{
			Kind: exchange.Interrupted, Peer: exchange.ProxyPeer, Alert: -1, Message: "httpwhy ended while the exchange was under way",
		},
	}
}

func (c *Capture) diskError() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.info.DiskError
}

// Version implements ui.Source.
func (c *Capture) Version() uint64 { return c.changes.now() }

// Wait returns the version as soon as it is past since.
func (c *Capture) Wait(ctx context.Context, since uint64) (uint64, error) {
	return c.changes.wait(ctx, since)
}

// Changes implements ui.Source; it returns ErrTooOld where the log ends.
func (c *Capture) Changes(_ context.Context, since uint64) ([]exchange.ID, uint64, error) {
	return c.changes.since(since)
}

// Info returns facts about the capture and this process.
func (c *Capture) Info(context.Context) (Info, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := c.info
	info.Exchanges = int(c.next) - 1
	info.Shed = c.queue.shedCount()
	return info, nil
}

// Rows implements ui.Source.
func (c *Capture) Rows(_ context.Context, from exchange.ID, limit int) ([]exchange.Row, error) {
	// What is in memory first: a row that is committed in between is then seen
	// twice, not never.
	memory := c.rowsInMemory(from)
	stored, err := c.files.rows(from, limit)
	if err != nil {
		return nil, err
	}
	return merge(stored, memory, limit), nil
}

func (c *Capture) rowsInMemory(from exchange.ID) []exchange.Row {
	c.mu.Lock()
	defer c.mu.Unlock()
	var rows []exchange.Row
	for id, row := range c.active {
		if id >= from {
			rows = append(rows, *row)
		}
	}
	slices.SortFunc(rows, func(a, b exchange.Row) int { return int(int64(a.ID) - int64(b.ID)) })
	return rows
}

// merge joins two ascending lists; of rows in both, the stored one is newer.
func merge(stored, memory []exchange.Row, limit int) []exchange.Row {
	merged := make([]exchange.Row, 0, min(limit, len(stored)+len(memory)))
	for len(merged) < limit && len(stored)+len(memory) > 0 {
		switch {
		case len(memory) == 0 || len(stored) > 0 && stored[0].ID <= memory[0].ID:
			if len(memory) > 0 && stored[0].ID == memory[0].ID {
				memory = memory[1:]
			}
			merged = append(merged, stored[0])
			stored = stored[1:]
		default:
			merged = append(merged, memory[0])
			memory = memory[1:]
		}
	}
	return merged
}

// RowsOf implements ui.Source.
func (c *Capture) RowsOf(_ context.Context, ids []exchange.ID) ([]exchange.Row, error) {
	memory := map[exchange.ID]exchange.Row{}
	c.mu.Lock()
	for _, id := range ids {
		if row := c.active[id]; row != nil {
			memory[id] = *row
		}
	}
	c.mu.Unlock()
	stored, err := c.files.rowsOf(ids)
	if err != nil || len(memory) == 0 {
		return stored, err
	}
	for _, row := range stored {
		memory[row.ID] = row
	}
	rows := make([]exchange.Row, 0, len(memory))
	for _, id := range ids {
		if row, ok := memory[id]; ok {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// Exchange implements ui.Source. Of an exchange under way it returns what its
// row knows.
func (c *Capture) Exchange(_ context.Context, id exchange.ID) (*exchange.Exchange, error) {
	if x := c.inMemory(id); x != nil {
		return x, nil
	}
	return c.files.exchange(id)
}

func (c *Capture) inMemory(id exchange.ID) *exchange.Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.unwritten[id]; x != nil {
		shallow := *x
		return &shallow
	}
	if row := c.active[id]; row != nil {
		x := interrupted(row)
		x.State, x.Failure = exchange.Active, nil
		return x
	}
	return nil
}

// Findings implements ui.Source.
func (c *Capture) Findings(_ context.Context, id exchange.ID) ([]exchange.Finding, error) {
	return c.files.findings(id)
}

// ReadBody implements ui.Source.
func (c *Capture) ReadBody(_ context.Context, id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error) {
	x := c.inMemory(id)
	if x == nil {
		return c.files.readBody(id, side, off, n)
	}
	m := x.Message(side)
	if m == nil || off >= int64(len(m.Body.Data)) {
		return nil, nil
	}
	head := m.Body.Data[off:]
	return slices.Clone(head[:min(n, len(head))]), nil
}

// listen opens the owner's socket: in the capture, or, where that path is too
// long for a socket, in a folder of its own.
func listen(dir string) (net.Listener, string, error) {
	path := filepath.Join(dir, "socket")
	if len(path) > maxSocketPath {
		short, err := os.MkdirTemp("", "httpwhy-")
		if err != nil {
			return nil, "", fmt.Errorf("make a folder for the capture's socket: %w", err)
		}
		path = filepath.Join(short, "socket")
	}
	// We hold the database's lock: a socket that is still there is a dead owner's.
	os.Remove(path)
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, "", fmt.Errorf("open the capture's socket: %w", err)
	}
	return l, path, os.Chmod(path, 0o600)
}

// maxSocketPath is what macOS takes; Linux takes 107.
const maxSocketPath = 103

// removeSocket removes what leads readers to this process.
func (c *Capture) removeSocket() {
	os.Remove(ownerPath(c.dir))
	os.Remove(c.socket)
	if parent := filepath.Dir(c.socket); parent != c.dir {
		os.Remove(parent)
	}
}
