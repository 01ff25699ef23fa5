package store

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// NotFoundError says that the capture has no exchange with this number.
type NotFoundError struct{ ID exchange.ID }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no exchange %d in this capture; httpwhy ls lists them", e.ID)
}

// files are the committed part of a capture. Each read is a transaction of its
// own, which copies what it returns: one that stays open keeps the writer from
// reusing pages.
type files struct {
	dir string
	db  *database
}

// rowsPerRead bounds a transaction that reads rows.
const rowsPerRead = 8192

func (f files) rows(from exchange.ID, limit int) ([]exchange.Row, error) {
	var rows []exchange.Row
	for len(rows) < limit {
		n := len(rows)
		err := f.db.view(func(tx *bbolt.Tx) (err error) {
			rows, err = scan(tx, rows, from, min(limit-n, rowsPerRead))
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(rows)-n < rowsPerRead {
			break
		}
		from = rows[len(rows)-1].ID + 1
	}
	return rows, nil
}

// scan appends up to n rows with from or a larger ID to rows.
func scan(tx *bbolt.Tx, rows []exchange.Row, from exchange.ID, n int) ([]exchange.Row, error) {
	headlines := tx.Bucket(headlinesBucket).Cursor()
	hk, hv := headlines.Seek(key(from))
	cursor := tx.Bucket(rowsBucket).Cursor()
	for k, v := cursor.Seek(key(from)); k != nil && n > 0; k, v = cursor.Next() {
		row, err := codec.DecodeRow(v)
		if err != nil {
			return nil, err
		}
		for hk != nil && bytes.Compare(hk, k) < 0 {
			hk, hv = headlines.Next()
		}
		if bytes.Equal(hk, k) {
			if row.Findings, err = codec.DecodeHeadlines(hv); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
		n--
	}
	return rows, nil
}

func (f files) rowsOf(ids []exchange.ID) ([]exchange.Row, error) {
	var rows []exchange.Row
	err := f.db.view(func(tx *bbolt.Tx) error {
		stored, headlines := tx.Bucket(rowsBucket), tx.Bucket(headlinesBucket)
		for _, id := range ids {
			v := stored.Get(key(id))
			if v == nil {
				continue
			}
			row, err := codec.DecodeRow(v)
			if err != nil {
				return err
			}
			if h := headlines.Get(key(id)); h != nil {
				if row.Findings, err = codec.DecodeHeadlines(h); err != nil {
					return err
				}
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// record returns an exchange without its bodies' bytes, and where those are.
func (f files) record(id exchange.ID) (*exchange.Exchange, *bodyExtents, error) {
	var encoded codec.Exchange
	var places bodyExtents
	err := f.db.view(func(tx *bbolt.Tx) error {
		v := tx.Bucket(recordsBucket).Get(key(id))
		if v == nil {
			return &NotFoundError{id}
		}
		rest, err := codec.UnmarshalFirst(v, &encoded)
		if err != nil {
			return fmt.Errorf("read exchange %d: %w", id, err)
		}
		if err := codec.Unmarshal(rest, &places); err != nil {
			return fmt.Errorf("read where the bodies of exchange %d are: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return encoded.Decoded(), &places, nil
}

// exchange returns an exchange with the heads of its bodies. A body that cannot
// be read is said to be missing.
func (f files) exchange(id exchange.ID) (*exchange.Exchange, error) {
	x, places, err := f.record(id)
	if err != nil {
		return nil, err
	}
	for _, side := range []exchange.Side{exchange.RequestSide, exchange.ResponseSide} {
		list := *places.of(side)
		m := x.Message(side)
		if m == nil || len(list) == 0 {
			continue
		}
		data, err := readExtents(f.dir, list, 0, exchange.HeadSize)
		m.Body.Data = data
		if err != nil {
			shed(&m.Body, 0)
			x.Notes = append(x.Notes, fmt.Sprintf("the %s body cannot be read any more: %v", side, err))
		}
	}
	return x, nil
}

func (f files) findings(id exchange.ID) ([]exchange.Finding, error) {
	var found []exchange.Finding
	err := f.db.view(func(tx *bbolt.Tx) (err error) {
		if v := tx.Bucket(findingsBucket).Get(key(id)); v != nil {
			found, err = codec.UnmarshalFindings(v)
		}
		return err
	})
	return found, err
}

func (f files) readBody(id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error) {
	_, places, err := f.record(id)
	if err != nil {
		return nil, err
	}
	return readExtents(f.dir, *places.of(side), off, n)
}

func (f files) count() (n uint64, err error) {
	err = f.db.view(func(tx *bbolt.Tx) error {
		n = count(tx)
		return nil
	})
	return n, err
}
