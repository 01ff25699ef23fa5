package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// What capture.db holds. IDs are keys of 8 bytes in big-endian order, so that
// the order of the keys is that of the exchanges, and new ones come last: there
// is no further index, because a scan of the small rows is quick, and random
// keys would make each commit several times as expensive.
//
//	meta
//	├── version    schemaVersion, 4 bytes
//	└── exchanges  how many there are, 8 bytes
//	segments
//	└── number (4 bytes)  segmentInfo: what of the segment is committed
//	rows
//	└── ID  codec row, without findings
//	headlines
//	└── ID  codec headlines of the exchange's findings
//	findings
//	└── ID  codec findings
//	records
//	└── ID  codec.Exchange without its bodies' bytes, then bodyExtents
//
// Headlines stand apart from the rows because they come later: a row that grew
// would split its page.
var (
	metaBucket      = []byte("meta")
	segmentsBucket  = []byte("segments")
	rowsBucket      = []byte("rows")
	headlinesBucket = []byte("headlines")
	findingsBucket  = []byte("findings")
	recordsBucket   = []byte("records")

	buckets = [][]byte{metaBucket, segmentsBucket, rowsBucket, headlinesBucket, findingsBucket, recordsBucket}

	versionKey   = []byte("version")
	exchangesKey = []byte("exchanges")
)

// schemaVersion is that of the captures that this program writes.
const schemaVersion = 1

// migrations[v] turns a capture of version v+1 into one of version v+2. A
// migration is never changed once it was released.
var migrations []func(*bbolt.Tx) error

var (
	errNotCapture = errors.New("it is not a capture of httpwhy")
	errNewer      = errors.New("it was made by a newer version of httpwhy; use that one")
)

// key is the key of an exchange.
func key(id exchange.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func idOf(key []byte) exchange.ID { return exchange.ID(binary.BigEndian.Uint64(key)) }

// create makes the buckets of an empty capture.
func create(tx *bbolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return fmt.Errorf("make the bucket %s: %w", name, err)
		}
	}
	return tx.Bucket(metaBucket).Put(versionKey, binary.BigEndian.AppendUint32(nil, schemaVersion))
}

// version reads the schema version and checks that all its buckets exist.
func version(tx *bbolt.Tx) (uint32, error) {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return 0, errNotCapture
	}
	v := meta.Get(versionKey)
	if len(v) != 4 {
		return 0, errNotCapture
	}
	n := binary.BigEndian.Uint32(v)
	if n > schemaVersion {
		return n, fmt.Errorf("its version is %d, this program knows up to %d: %w", n, schemaVersion, errNewer)
	}
	if n == schemaVersion {
		for _, name := range buckets {
			if tx.Bucket(name) == nil {
				return n, fmt.Errorf("its bucket %s is missing", name)
			}
		}
	}
	return n, nil
}

// migrate brings a capture of an older version up to schemaVersion.
func migrate(tx *bbolt.Tx) error {
	n, err := version(tx)
	if err != nil {
		return &UnusableError{tx.DB().Path(), err}
	}
	for ; n < schemaVersion; n++ {
		if n == 0 || int(n) > len(migrations) {
			return fmt.Errorf("its version %d is unknown", n)
		}
		if err := migrations[n-1](tx); err != nil {
			return fmt.Errorf("bring it from version %d to %d: %w", n, n+1, err)
		}
		if err := tx.Bucket(metaBucket).Put(versionKey, binary.BigEndian.AppendUint32(nil, n+1)); err != nil {
			return err
		}
	}
	return nil
}

// count is the number of exchanges in the capture.
func count(tx *bbolt.Tx) uint64 {
	v := tx.Bucket(metaBucket).Get(exchangesKey)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// lastID is the highest ID in the capture, 0 if it is empty.
func lastID(tx *bbolt.Tx) exchange.ID {
	k, _ := tx.Bucket(rowsBucket).Cursor().Last()
	if len(k) != 8 {
		return 0
	}
	return idOf(k)
}

// segmentInfo is what the database knows of a segment. First and Last bound the
// exchanges whose bodies it holds, so that whoever removes the segment finds
// them.
type segmentInfo struct {
	Length int64       `cbor:"1,keyasint,omitempty"`
	First  exchange.ID `cbor:"2,keyasint,omitempty"`
	Last   exchange.ID `cbor:"3,keyasint,omitempty"`
}

func segmentKey(number uint32) []byte { return binary.BigEndian.AppendUint32(nil, number) }

// tail returns where the next body goes: the newest segment and its committed
// length.
func tail(tx *bbolt.Tx) (uint32, int64, error) {
	k, v := tx.Bucket(segmentsBucket).Cursor().Last()
	if len(k) != 4 {
		return 1, 0, nil
	}
	var info segmentInfo
	if err := codec.Unmarshal(v, &info); err != nil {
		return 0, 0, fmt.Errorf("read the state of the newest segment: %w", err)
	}
	return binary.BigEndian.Uint32(k), info.Length, nil
}

// putSegment raises what is known of a segment by what info adds.
func putSegment(tx *bbolt.Tx, number uint32, add segmentInfo) error {
	b := tx.Bucket(segmentsBucket)
	var info segmentInfo
	if v := b.Get(segmentKey(number)); v != nil {
		if err := codec.Unmarshal(v, &info); err != nil {
			return fmt.Errorf("read the state of segment %d: %w", number, err)
		}
	}
	info.Length = max(info.Length, add.Length)
	info.Last = max(info.Last, add.Last)
	if info.First == 0 || add.First != 0 && add.First < info.First {
		info.First = add.First
	}
	v, err := codec.Marshal(info)
	if err != nil {
		return err
	}
	return b.Put(segmentKey(number), v)
}
