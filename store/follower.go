package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	bbolterrors "go.etcd.io/bbolt/errors"

	"httpwhy/store/remote"
)

// ErrOwnerGone says that the process that recorded has ended. It is returned
// once; calls after it read the files.
var ErrOwnerGone = errors.New("the process that recorded has ended; what it had committed can be read")

// follower reads a capture through whoever owns it, and from its files while
// nobody does. The database is open for the length of a call only, so that a
// recorder can begin at any time.
type follower struct {
	dir string

	mu     sync.Mutex
	owner  *remote.Client // nil: none is known
	tried  stamp          // of the lock file when an owner was last looked for
	seen   stamp          // of the database when it was last read
	closed bool
	// The version that is reported is base plus that of the owner, or base
	// while there is none. It is raised with every change of the side.
	base, reported uint64
}

// stamp tells one content of a file from the next.
type stamp struct {
	size int64
	time time.Time
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}

func newFollower(dir string) (*follower, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open the capture: %w", err)
	}
	if _, err := os.Stat(databasePath(dir)); err != nil {
		return nil, fmt.Errorf("open the capture: %w", err)
	}
	return &follower{dir: dir, base: 1}, nil
}

// Close ends the reader.
func (f *follower) Close(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return f.drop()
}

// turn begins a new count of versions. f.mu is held.
func (f *follower) turn() {
	f.base = max(f.base, f.reported) + 1
	f.seen = stampOf(databasePath(f.dir))
}

func (f *follower) drop() error {
	if f.owner == nil {
		return nil
	}
	err := f.owner.Close()
	f.owner = nil
	return err
}

// side returns the owner, nil if there is none, and the base of the versions.
func (f *follower) side(ctx context.Context) (*remote.Client, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, 0, errClosed
	}
	if now := stampOf(lockPath(f.dir)); f.owner == nil && now != f.tried {
		if err := f.dial(ctx); err != nil {
			return nil, 0, err
		}
		f.tried = now
	}
	return f.owner, f.base, nil
}

// dial looks for an owner; that there is none is no error. f.mu is held.
func (f *follower) dial(ctx context.Context) error {
	o := readOwner(f.dir)
	if o.socket == "" {
		return nil
	}
	client, err := remote.Dial(ctx, o.socket)
	if errors.Is(err, remote.ErrGone) {
		return nil // killed
	}
	if err != nil {
		return err
	}
	if !sameFile(lockPath(client.Dir()), lockPath(f.dir)) {
		// This capture is a copy of the one that it answers for.
		return client.Close()
	}
	f.owner = client
	f.turn()
	return nil
}

func sameFile(a, b string) bool {
	ia, errA := os.Stat(a)
	ib, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(ia, ib)
}

// lost notes that client does not answer any more.
func (f *follower) lost(client *remote.Client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.owner == client {
		f.drop() //nolint:errcheck // it is gone already
		f.turn()
	}
}

// ask puts a question to the owner.
func (f *follower) ask(ctx context.Context, owner *remote.Client, r *remote.Request) (*remote.Reply, error) {
	reply, err := owner.Call(ctx, r)
	if errors.Is(err, remote.ErrGone) {
		f.lost(owner)
		return nil, fmt.Errorf("%w (%w)", ErrOwnerGone, err)
	}
	if err != nil {
		return nil, err
	}
	switch reply.Code {
	case remote.OK:
		return reply, nil
	case remote.TooOld:
		return reply, ErrTooOld
	case remote.NotFound:
		return nil, &NotFoundError{r.ID}
	default:
		return nil, errors.New(reply.Message)
	}
}

const (
	// lockPatience is how long a reader waits for a database that an owner has
	// locked, before it looks for that owner.
	lockPatience = 100 * time.Millisecond
	// ownerPatience is how often it does so.
	ownerPatience = 30
)

// read calls viaOwner or, while there is no owner, viaFiles.
func (f *follower) read(ctx context.Context, viaOwner func(*remote.Client) error, viaFiles func(files) error) error {
	for range ownerPatience {
		owner, _, err := f.side(ctx)
		if err != nil {
			return err
		}
		if owner != nil {
			return viaOwner(owner)
		}
		db, err := f.open()
		if err == nil {
			err = viaFiles(files{f.dir, db})
			return errors.Join(err, db.close())
		}
		if !errors.Is(err, bbolterrors.ErrTimeout) {
			return fmt.Errorf("read the capture: %w", err)
		}
		// An owner has just begun, or is about to end.
		if ctx.Err() != nil {
			break
		}
		f.mu.Lock()
		f.tried = stamp{}
		f.mu.Unlock()
	}
	return fmt.Errorf("read the capture in %s: %w: it is held by process %d", f.dir, remote.ErrGone, readOwner(f.dir).pid)
}

// open opens the database for one call.
func (f *follower) open() (*database, error) {
	path := databasePath(f.dir)
	if err := verifyFile(path); err != nil {
		return nil, err
	}
	db, err := openDatabase(path, true, lockPatience)
	if err != nil {
		return nil, err
	}
	if err := db.view(readable(path)); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}
