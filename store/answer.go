package store

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
	"httpwhy/store/remote"
)

const (
	// maxRowsReply and maxBodyReply bound a reply; who wants more asks again.
	maxRowsReply = 4096
	maxBodyReply = 1 << 20
)

// answer answers another process's question.
func (c *Capture) answer(ctx context.Context, r *remote.Request) *remote.Reply {
	reply := &remote.Reply{}
	err := c.fill(ctx, r, reply)
	var missing *NotFoundError
	switch {
	case err == nil:
		return reply
	case errors.Is(err, ErrTooOld):
		return &remote.Reply{Code: remote.TooOld, Version: reply.Version}
	case errors.As(err, &missing):
		return &remote.Reply{Code: remote.NotFound}
	default:
		return &remote.Reply{Code: remote.Failed, Message: err.Error()}
	}
}

func (c *Capture) fill(ctx context.Context, r *remote.Request, reply *remote.Reply) (err error) {
	switch r.Op {
	case remote.Version:
		reply.Version = c.Version()
	case remote.Wait:
		ctx, cancel := context.WithTimeout(ctx, remote.WaitTime)
		defer cancel()
		// That nothing changed is an answer too.
		reply.Version, _ = c.Wait(ctx, r.Since)
	case remote.Changes:
		reply.IDs, reply.Version, err = c.Changes(ctx, r.Since)
	case remote.Rows:
		var rows []exchange.Row
		rows, err = c.Rows(ctx, r.ID, min(r.N, maxRowsReply))
		reply.Data = codec.MarshalRows(rows)
	case remote.RowsOf:
		var rows []exchange.Row
		rows, err = c.RowsOf(ctx, r.IDs[:min(len(r.IDs), maxRowsReply)])
		reply.Data = codec.MarshalRows(rows)
	case remote.Exchange:
		var x *exchange.Exchange
		if x, err = c.Exchange(ctx, r.ID); err == nil {
			reply.Data = codec.MarshalExchange(x)
		}
	case remote.Findings:
		var found []exchange.Finding
		if found, err = c.Findings(ctx, r.ID); err == nil {
			reply.Data, err = codec.MarshalFindings(found)
		}
	case remote.ReadBody:
		reply.Data, err = c.ReadBody(ctx, r.ID, r.Side, r.Off, min(r.N, maxBodyReply))
	case remote.Info:
		reply.Data, err = c.marshalInfo(ctx)
	default:
		err = errors.New("this question is unknown")
	}
	return err
}

// marshalInfo puts the start, in nanoseconds since 1970, before the rest.
func (c *Capture) marshalInfo(ctx context.Context) ([]byte, error) {
	i, err := c.Info(ctx)
	if err != nil {
		return nil, err
	}
	b, err := codec.Marshal(i)
	return append(binary.BigEndian.AppendUint64(nil, uint64(i.Started.UnixNano())), b...), err
}

func unmarshalInfo(b []byte) (i Info, err error) {
	if len(b) < 8 {
		return i, errors.New("the reply is too short")
	}
	err = codec.Unmarshal(b[8:], &i)
	i.Started = time.Unix(0, int64(binary.BigEndian.Uint64(b)))
	return i, err
}
