package pager

import (
	"context"
	"sort"
	"sync"
)

const (
	// searchAtOnce bytes are searched before Search returns.
	searchAtOnce = 1 << 20
	// matchesKept bounds the memory of a search for a single letter: 16 MiB.
	matchesKept = 1 << 20
)

// search is what is looked for and where the pager stands in it.
type search struct {
	text    string
	query   query
	found   *found
	task    task
	current int   // index of the current match; -1 before the first
	from    match // where to begin: the first match not before it is next
	pending bool  // the first match is still to be gone to
}

// found collects matches from the background.
type found struct {
	mu       sync.Mutex
	matches  []match
	more     bool    // there are more than are kept
	done     float64 // part of the text that was searched
	complete bool
}

func (f *found) add(batch []match, done float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if room := matchesKept - len(f.matches); len(batch) > room {
		batch, f.more = batch[:room], true
	}
	f.matches = append(f.matches, batch...)
	f.done = done
	return !f.more
}

func (f *found) finish() {
	f.mu.Lock()
	f.complete = true
	f.mu.Unlock()
}

func (f *found) at(i int) match {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.matches[i]
}

func (f *found) state() (n int, more, complete bool, done float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.matches), f.more, f.complete, f.done
}

// firstFrom returns the index of the first match not before m.
func (f *found) firstFrom(m match) (int, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := sort.Search(len(f.matches), func(i int) bool {
		k := f.matches[i]
		return k.line > m.line || k.line == m.line && k.start >= m.start
	})
	return i, i < len(f.matches)
}

// Search finds all places of query and goes to the first at or below the top.
// Letters in lower case match both cases (ASCII); a capital letter makes the
// search exact. An empty query ends the search.
func (p *Pager) Search(query string) {
	p.startSearch(query, true)
}

func (p *Pager) startSearch(query string, jump bool) {
	p.search.task.stop()
	p.search = search{text: query, query: newQuery(query), current: -1}
	if query == "" {
		return
	}
	p.search.from, p.search.pending = p.topMatch(), jump
	f := &found{}
	p.search.found = f
	doc, q, notify := p.doc, p.search.query, p.notify
	d, large := doc.(*bytesDocument)
	if !large || d.src.size <= searchAtOnce {
		doc.find(context.Background(), q, f.add)
		f.finish()
		p.settle()
		return
	}
	p.search.task.start(func(ctx context.Context) {
		told := 0.0
		doc.find(ctx, q, func(batch []match, done float64) bool {
			ok := f.add(batch, done)
			if first := told == 0 && len(batch) > 0; first || done-told >= 0.1 {
				told = done
				notify()
			}
			return ok
		})
		if ctx.Err() == nil {
			f.finish()
			notify()
		}
	})
}

// topMatch is the earliest match that lies at or below the top.
func (p *Pager) topMatch() match {
	if _, ok := p.doc.(*linesDocument); ok {
		return match{line: p.top.line}
	}
	return match{start: p.top.off}
}

// settle goes to the first match as soon as it is known.
func (p *Pager) settle() {
	s := &p.search
	if !s.pending {
		return
	}
	i, ok := s.found.firstFrom(s.from)
	if !ok {
		n, _, complete, _ := s.found.state()
		if !complete {
			return
		}
		if n == 0 {
			s.pending = false
			return
		}
		i = 0
	}
	if p.show(s.found.at(i)) {
		s.current, s.pending = i, false
	}
}

// show brings a match into sight and reports whether its place is known yet.
func (p *Pager) show(m match) bool {
	q, col, ok := p.doc.locate(m, p.rowWidth())
	if !ok {
		return false
	}
	w, h := p.content()
	if !p.inSight(q, h) {
		p.top = q
		p.scroll(-(h / 3))
	}
	if n := len(p.search.text); !p.wrap && (col < p.col || col+n > p.col+w) {
		p.col = max(col-w/3, 0)
	}
	return true
}

func (p *Pager) inSight(q pos, h int) bool {
	at := p.doc.align(p.top, p.rowWidth())
	for range h {
		if at == q {
			return true
		}
		next, ok := p.doc.next(at, p.rowWidth())
		if !ok {
			return false
		}
		at = next
	}
	return false
}

// Query returns what is searched for; "" when nothing is.
func (p *Pager) Query() string { return p.search.text }

// NextMatch goes to the next match, round to the first behind the last.
func (p *Pager) NextMatch() { p.step(1) }

// PreviousMatch goes to the match before, round to the last before the first.
func (p *Pager) PreviousMatch() { p.step(-1) }

func (p *Pager) step(by int) {
	s := &p.search
	if s.found == nil {
		return
	}
	p.settle()
	n, _, complete, _ := s.found.state()
	i := s.current + by
	switch {
	case n == 0 || s.pending:
		return
	case s.current < 0:
		i, _ = s.found.firstFrom(p.topMatch())
		if by < 0 {
			i--
		}
	case i >= n && !complete:
		return
	}
	i = (i + n) % n
	if p.show(s.found.at(i)) {
		s.current = i
	}
}
