package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
	"httpwhy/store"
)

// rowsPerRead bounds how many rows are in memory at once.
const rowsPerRead = 4096

// openCapture opens the capture for reading, beside whoever records it.
func (p *program) openCapture() (store.Reader, error) {
	dir, err := p.captureDir()
	if err != nil {
		return nil, err
	}
	return openReader(dir)
}

func openReader(dir string) (store.Reader, error) {
	r, err := store.OpenReader(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no capture in %s yet; record one with httpwhy or httpwhy run -- COMMAND", dir)
	}
	return r, err
}

// parseFilter reads a filter as a user typed it, in any number of words.
func parseFilter(words []string) (*filter.Filter, error) {
	f, err := filter.Parse(strings.Join(words, " "))
	if err != nil {
		return nil, usageError{err}
	}
	return f, nil
}

// eachRow calls f for every row that matches, in the order of their numbers.
func eachRow(ctx context.Context, r store.Reader, match *filter.Filter, f func(exchange.Row) error) error {
	for from := exchange.ID(1); ; {
		rows, err := r.Rows(ctx, from, rowsPerRead)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if !match.Match(&row) {
				continue
			}
			if err := f(row); err != nil {
				return err
			}
		}
		from = rows[len(rows)-1].ID + 1
	}
}

// parseID reads the number of an exchange, with or without a leading #.
func parseID(s string) (exchange.ID, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 10, 64)
	return exchange.ID(n), err == nil && n > 0
}
