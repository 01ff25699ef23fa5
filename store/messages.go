package store

import (
	"errors"

	"httpwhy/inspector/exchange"
	"httpwhy/store/remote"
)

// The calls that the owner answers. Records and rows travel in their stored
// form.
type (
	question struct {
		Since uint64        `cbor:"1,keyasint,omitempty"`
		From  exchange.ID   `cbor:"2,keyasint,omitempty"`
		Limit int           `cbor:"3,keyasint,omitempty"`
		IDs   []exchange.ID `cbor:"4,keyasint,omitempty"`
		Side  exchange.Side `cbor:"5,keyasint,omitempty"`
		Off   int64         `cbor:"6,keyasint,omitempty"`
	}
	answered struct {
		Version  uint64             `cbor:"1,keyasint,omitempty"`
		IDs      []exchange.ID      `cbor:"2,keyasint,omitempty"`
		Rows     []sentRow          `cbor:"3,keyasint,omitempty"`
		Record   []byte             `cbor:"4,keyasint,omitempty"`
		Bytes    []byte             `cbor:"5,keyasint,omitempty"` // also the response body's head
		Request  []byte             `cbor:"6,keyasint,omitempty"`
		Findings []exchange.Finding `cbor:"7,keyasint,omitempty"`
		Info     *Info              `cbor:"8,keyasint,omitempty"`
	}
	sentRow struct {
		_         struct{} `cbor:",toarray"`
		ID        exchange.ID
		Row       []byte
		Headlines []byte
	}
)

const (
	tooOld   = "too-old"
	notFound = "not-found"
)

// answer is the owner's side of a call.
func (c *Capture) answer(name string, body []byte) ([]byte, error) {
	var q question
	if err := decoding.Unmarshal(body, &q); err != nil {
		return nil, err
	}
	a, err := c.reply(name, q)
	switch {
	case errors.Is(err, ErrTooOld):
		return nil, &remote.Error{Code: tooOld, Message: err.Error()}
	case errors.As(err, new(*NotFoundError)):
		return nil, &remote.Error{Code: notFound, Message: err.Error()}
	case err != nil:
		return nil, err
	}
	return encoding.Marshal(&a)
}

func (c *Capture) reply(name string, q question) (a answered, err error) {
	var rows []exchange.Row
	switch name {
	case "version":
		a.Version = c.Version()
	case "changes":
		a.IDs, a.Version, err = c.Changes(nil, q.Since) //nolint:staticcheck // it does not block
	case "rows":
		rows, err = c.Rows(nil, q.From, min(q.Limit, maxRows)) //nolint:staticcheck // as above
	case "rows-of":
		rows, err = c.RowsOf(nil, q.IDs) //nolint:staticcheck // as above
	case "exchange":
		var x *exchange.Exchange
		if x, err = c.Exchange(nil, q.From); err == nil { //nolint:staticcheck // as above
			a.Record, err = encodeExchange(x)
			a.Request = x.Request.Body.Data
			if x.Response != nil {
				a.Bytes = x.Response.Body.Data
			}
		}
	case "findings":
		a.Findings, err = c.Findings(nil, q.From) //nolint:staticcheck // as above
	case "body":
		a.Bytes, err = c.ReadBody(nil, q.From, q.Side, q.Off, min(q.Limit, maxBody)) //nolint:staticcheck // as above
	case "info":
		var info Info
		info, err = c.Info(nil) //nolint:staticcheck // as above
		a.Info = &info
	default:
		err = errors.New("the recorder does not know the call " + name + ": it is another version of httpwhy")
	}
	if err == nil {
		a.Rows, err = sendRows(rows)
	}
	return a, err
}

const (
	maxRows = 1 << 14
	maxBody = 16 << 20
)

func sendRows(rows []exchange.Row) ([]sentRow, error) {
	sent := make([]sentRow, 0, len(rows))
	for i := range rows {
		row, err := encodeRow(&rows[i])
		if err != nil {
			return nil, err
		}
		s := sentRow{ID: rows[i].ID, Row: row}
		if len(rows[i].Findings) > 0 {
			if s.Headlines, err = encodeHeadlines(rows[i].Findings); err != nil {
				return nil, err
			}
		}
		sent = append(sent, s)
	}
	return sent, nil
}

func receiveRows(sent []sentRow) ([]exchange.Row, error) {
	rows := make([]exchange.Row, 0, len(sent))
	for _, s := range sent {
		row, err := decodeRow(s.ID, s.Row)
		if err != nil {
			return nil, err
		}
		if row.Findings, err = decodeHeadlines(s.Headlines); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
