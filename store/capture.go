package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"httpwhy/inspector/exchange"
	"httpwhy/store/remote"
)

// Options are those of the owner of a capture.
type Options struct {
	// Committed is called by the writer after each commit, with the exchanges
	// that are durable from then on, in the order in which they ended. The next
	// commit waits for it to return. What it gets must not be changed.
	Committed func([]*exchange.Exchange)
	// Found is called in the same way with the findings that are durable from
	// then on.
	Found func([]FindingsOf)
	// Recycle takes back the pieces that Spill owned, once they are written.
	Recycle func([]byte)
	// Disk, if not nil, is told why nothing can be written when that begins, and
	// "" when all that waited was written. The writer waits for it.
	Disk func(failure string)
	// QueueBytes bounds the bytes of bodies that wait to be written; 24 MiB if
	// zero. Beyond it bodies are shed.
	QueueBytes int64
	// SegmentBytes is the size from which on a segment gets a successor; 64 MiB
	// if zero.
	SegmentBytes int64
}

// FindingsOf are the findings of one exchange. They replace earlier ones.
type FindingsOf struct {
	ID       exchange.ID
	Findings []exchange.Finding
}

// Info are facts about a capture and its owner.
type Info struct {
	// PID is the owner's process id, 0 if nobody records into the capture.
	PID int `cbor:"1,keyasint,omitempty"`
	// Address is where the owner's proxy listens.
	Address string `cbor:"2,keyasint,omitempty"`
	// Started is when the owner opened the capture.
	Started time.Time `cbor:"-"`
	// Exchanges counts those that are committed, Active those under way.
	Exchanges uint64 `cbor:"4,keyasint,omitempty"`
	Active    uint64 `cbor:"5,keyasint,omitempty"`
	// BodiesShed counts bodies of which the end or all was not kept because the
	// disk was too slow or full.
	BodiesShed uint64 `cbor:"6,keyasint,omitempty"`
	// DiskError says why nothing can be written at present, "" if all is well.
	// Unwritten exchanges are kept in memory meanwhile; Lost ones no longer.
	DiskError string `cbor:"7,keyasint,omitempty"`
	Unwritten uint64 `cbor:"8,keyasint,omitempty"`
	Lost      uint64 `cbor:"9,keyasint,omitempty"`
	// SocketError says why other processes cannot watch, "" if they can.
	SocketError string `cbor:"10,keyasint,omitempty"`
}

// Capture is a capture that this process records into. Its methods may be
// called from many goroutines; those of a recorder return at once.
type Capture struct {
	files
	options Options
	lock    *os.File
	server  *remote.Server
	started time.Time
	// socketError is why there is no server.
	socketError string

	lastID  atomic.Uint64
	live    *live
	changes *changes
	queue   *queue
	writer  *writer

	bodiesShed, lost, unwritten atomic.Uint64
	diskError                   atomic.Pointer[string]
	address                     atomic.Pointer[string]

	closing sync.Once
	closed  error
}

const (
	defaultQueueBytes   = 24 << 20
	defaultSegmentBytes = 64 << 20
	// readerPatience is how long Open waits for readers, which have the database
	// open for moments only.
	readerPatience = 3 * time.Second
)

// Open makes this process the owner of the capture in dir, which is made if it
// does not exist. It returns a *BusyError if another process is the owner, and
// a *UnusableError if there is something that it will not write over. End it
// with Close.
func Open(dir string, o Options) (*Capture, error) {
	if o.QueueBytes == 0 {
		o.QueueBytes = defaultQueueBytes
	}
	if o.SegmentBytes == 0 {
		o.SegmentBytes = defaultSegmentBytes
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the capture: %w", err)
	}
	c := &Capture{
		files: files{dir: dir}, options: o, started: time.Now(),
		live: newLive(), changes: newChanges(), queue: newQueue(o.QueueBytes),
	}
	if err := c.open(); err != nil {
		if c.db != nil {
			err = errors.Join(err, c.db.close())
		}
		if c.lock != nil {
			c.lock.Close()
		}
		return nil, explain(dir, err)
	}
	return c, nil
}

// explain says what to do about an error that does not say so itself.
func explain(dir string, err error) error {
	var busy *BusyError
	var damaged *UnusableError
	switch {
	case errors.As(err, &busy), errors.As(err, &damaged):
		return err
	case errors.Is(err, bbolterrors.ErrTimeout):
		return &BusyError{Dir: dir}
	default:
		return fmt.Errorf("open the capture in %s for recording: %w; make room or make it writable, or record into another folder with --capture DIR", dir, err)
	}
}

func (c *Capture) open() error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	file, last, err := lock(c.dir)
	if err != nil {
		return err
	}
	c.lock = file
	if err := os.MkdirAll(filepath.Join(c.dir, "segments"), 0o700); err != nil {
		return err
	}
	path := databasePath(c.dir)
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		if err := createDatabase(path); err != nil {
			return err
		}
	}
	if err := verifyFile(path); err != nil {
		return err
	}
	if c.db, err = openDatabase(path, false, readerPatience); err != nil {
		return err
	}
	segments := segments{dir: c.dir, limit: c.options.SegmentBytes}
	err = c.db.update(func(tx *bbolt.Tx) (err error) {
		if err := migrate(tx); err != nil {
			return err
		}
		c.lastID.Store(uint64(lastID(tx)))
		segments.number, segments.length, err = tail(tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.serve(last); err != nil {
		return err
	}
	c.writer = newWriter(c, segments)
	go c.writer.run()
	return nil
}

// serve begins to answer other processes. Recording goes on without, should
// the system have no socket for it.
func (c *Capture) serve(last owner) error {
	removeStaleSocket(last.socket)
	o := owner{pid: os.Getpid()}
	listener, err := listen(c.dir)
	if err != nil {
		c.socketError = err.Error()
	} else {
		o.socket = listener.Addr().String()
		c.server = remote.Serve(listener, c.dir, c.answer)
	}
	if err := announce(c.lock, o); err != nil {
		c.stopServing()
		return err
	}
	return nil
}

func (c *Capture) stopServing() {
	if c.server != nil {
		path := c.server.Addr()
		c.server.Close() //nolint:errcheck // the socket is removed in any case
		removeSocket(path)
	}
}

// SetInfo tells readers where the proxy listens.
func (c *Capture) SetInfo(address string) { c.address.Store(&address) }

// Sync returns when all exchanges that ended before the call, and all findings
// that were put before, are durable and Options.Committed returned for them. It
// returns the disk's error if they could not be written: they are kept in
// memory then and tried again.
func (c *Capture) Sync(ctx context.Context) error {
	done := make(chan error, 1)
	if !c.queue.add(item{waiting: done}, true) {
		return errClosed
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("write the capture: %w", ctx.Err())
	}
}

var errClosed = errors.New("the capture is closed")

// Close writes what is left, exchanges under way as interrupted ones, and gives
// the capture up. It returns the disk's error if not all could be written. If
// ctx ends before the disk is done, what it did not take is lost.
func (c *Capture) Close(ctx context.Context) error {
	c.closing.Do(func() {
		for _, x := range c.live.active() {
			c.End(interrupted(x))
		}
		done := make(chan error, 1)
		c.queue.add(item{waiting: done}, true)
		c.queue.close()
		select {
		case c.closed = <-done:
		case <-ctx.Done():
			c.closed = fmt.Errorf("write the end of the capture: %w", ctx.Err())
		}
		c.stopServing()
		if !c.writer.stop() {
			// A hanging disk holds the writer, and the database with it: they
			// end with the process.
			return
		}
		if n := c.unwritten.Load(); n > 0 && c.closed != nil {
			c.closed = fmt.Errorf("%d exchanges were not written to the capture: %w", n, c.closed)
		}
		c.closed = errors.Join(c.closed, c.db.close(), announce(c.lock, owner{}), c.lock.Close())
	})
	return c.closed
}

// interrupted is an exchange under way as it is kept when the recorder ends.
func interrupted(x *exchange.Exchange) *exchange.Exchange {
	x = snapshot(x)
	x.State = exchange.Failed
	if x.Failure == nil {
		x.Failure = &exchange.Failure{
			Kind: exchange.Interrupted, Peer: exchange.ProxyPeer, Alert: -1, Expected: -1,
			Message: "httpwhy ended while this exchange was under way",
		}
	}
	return x
}
