package store

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

// storedRow is an array, not a map: it is read a million times in a scan. New
// fields go to its end.
type storedRow struct {
	_              struct{} `cbor:",toarray"`
	State          exchange.State
	Mode           exchange.Mode
	Start          int64 // Unix time in nanoseconds
	Duration       int64
	Client         string
	Method         string
	URL            string
	Proto          string
	Status         int
	RequestBytes   int64
	ResponseBytes  int64
	MIME           string
	FailureKind    exchange.FailureKind
	FailureMessage string
	Synthetic      bool
}

func encodeRow(r *exchange.Row) ([]byte, error) {
	return encoding.Marshal(&storedRow{
		State: r.State, Mode: r.Mode, Start: r.Start.UnixNano(), Duration: int64(r.Duration), Client: r.Client,
		Method: r.Method, URL: r.URL, Proto: r.Proto, Status: r.Status, RequestBytes: r.RequestBytes,
		ResponseBytes: r.ResponseBytes, MIME: r.MIME, FailureKind: r.FailureKind, FailureMessage: r.FailureMessage,
		Synthetic: r.Synthetic,
	})
}

func decodeRow(id exchange.ID, b []byte) (exchange.Row, error) {
	var s storedRow
	if err := decoding.Unmarshal(b, &s); err != nil {
		return exchange.Row{}, fmt.Errorf("decode row %d: %w", id, err)
	}
	return exchange.Row{
		ID: id, State: s.State, Mode: s.Mode, Start: time.Unix(0, s.Start).UTC(), Duration: time.Duration(s.Duration),
		Client: s.Client, Method: s.Method, URL: s.URL, Proto: s.Proto, Status: s.Status, RequestBytes: s.RequestBytes,
		ResponseBytes: s.ResponseBytes, MIME: s.MIME, FailureKind: s.FailureKind, FailureMessage: s.FailureMessage,
		Synthetic: s.Synthetic,
	}, nil
}

// storedHeadline is a finding in a row.
type storedHeadline struct {
	_        struct{} `cbor:",toarray"`
	Rule     string
	Severity exchange.Severity
	Short    string
	Primary  bool
}

func encodeHeadlines(hs []exchange.Headline) ([]byte, error) {
	stored := make([]storedHeadline, 0, len(hs))
	for _, h := range hs {
		stored = append(stored, storedHeadline{Rule: h.Rule, Severity: h.Severity, Short: h.Short, Primary: h.Primary})
	}
	return encoding.Marshal(stored)
}

func decodeHeadlines(b []byte) ([]exchange.Headline, error) {
	if b == nil {
		return nil, nil
	}
	var stored []storedHeadline
	if err := decoding.Unmarshal(b, &stored); err != nil {
		return nil, fmt.Errorf("decode headlines: %w", err)
	}
	hs := make([]exchange.Headline, 0, len(stored))
	for _, h := range stored {
		hs = append(hs, exchange.Headline{Rule: h.Rule, Severity: h.Severity, Short: h.Short, Primary: h.Primary})
	}
	return hs, nil
}

func decodeFindings(b []byte) ([]exchange.Finding, error) {
	if b == nil {
		return nil, nil
	}
	var fs []exchange.Finding
	if err := decoding.Unmarshal(b, &fs); err != nil {
		return nil, fmt.Errorf("decode findings: %w", err)
	}
	return fs, nil
}
