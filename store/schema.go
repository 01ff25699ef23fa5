package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
)

// The buckets of capture.db. Keys of the last four are exchange IDs as 8 bytes,
// big endian, so that a scan goes in the order of the exchanges. Values are CBOR
// (codec.go).
//
//	meta
//	  version           the schema's version, 4 bytes, big endian
//	  next              the next ID to give, 8 bytes
//	  segment           the current segment's number, 4 bytes, and its length
//	                    up to the last commit, 8 bytes
//	rows                exchange.Row without findings: what lists read
//	records             exchange.Exchange without bodies' bytes
//	extents             where the bodies' bytes lie: []extent for each side
//	findings            []exchange.Finding
//	headlines           []exchange.Headline, read with the rows
var (
	metaBucket      = []byte("meta")
	rowsBucket      = []byte("rows")
	recordsBucket   = []byte("records")
	extentsBucket   = []byte("extents")
	findingsBucket  = []byte("findings")
	headlinesBucket = []byte("headlines")

	versionKey = []byte("version")
	nextKey    = []byte("next")
	segmentKey = []byte("segment")
)

// schemaVersion is raised with every change that older programs cannot read;
// migrate then brings older captures up to it.
const schemaVersion = 1

func key(id exchange.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func keyID(k []byte) exchange.ID { return exchange.ID(binary.BigEndian.Uint64(k)) }

// prepare makes the buckets of a new capture and checks the version of an old
// one.
func prepare(tx *bolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		for _, name := range [][]byte{metaBucket, rowsBucket, recordsBucket, extentsBucket, findingsBucket, headlinesBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return tx.Bucket(metaBucket).Put(versionKey, binary.BigEndian.AppendUint32(nil, schemaVersion))
	}
	return checkVersion(tx)
}

// checkVersion refuses what this program cannot read.
func checkVersion(tx *bolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return errors.New("it is not a capture of httpwhy")
	}
	v := meta.Get(versionKey)
	if len(v) != 4 {
		return errors.New("it has no version")
	}
	if version := binary.BigEndian.Uint32(v); version != schemaVersion {
		return fmt.Errorf("it has version %d and this program reads version %d: use a newer httpwhy", version, schemaVersion)
	}
	for _, name := range [][]byte{rowsBucket, recordsBucket, extentsBucket, findingsBucket, headlinesBucket} {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("its bucket %s is missing", name)
		}
	}
	return nil
}

// position is where the next body goes.
type position struct {
	segment uint32
	length  int64
}

func readPosition(tx *bolt.Tx) position {
	v := tx.Bucket(metaBucket).Get(segmentKey)
	if len(v) != 12 {
		return position{segment: 1}
	}
	return position{binary.BigEndian.Uint32(v), int64(binary.BigEndian.Uint64(v[4:]))}
}

func writePosition(tx *bolt.Tx, p position) error {
	v := binary.BigEndian.AppendUint32(nil, p.segment)
	return tx.Bucket(metaBucket).Put(segmentKey, binary.BigEndian.AppendUint64(v, uint64(p.length)))
}

// readNext returns the first ID that was not given yet.
func readNext(tx *bolt.Tx) exchange.ID {
	v := tx.Bucket(metaBucket).Get(nextKey)
	if len(v) != 8 {
		return 1
	}
	return keyID(v)
}
