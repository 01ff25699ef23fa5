package list

import "sort"

// Select selects the row with that ID and reports whether there is one. A row
// above the last ends following.
func (l *List) Select(id uint64) bool {
	l.Sync()
	i := l.model.IndexOf(id)
	if i < 0 {
		return false
	}
	l.SelectIndex(i)
	return true
}

// SelectIndex selects row i, or the nearest there is. It ends following; G and
// SetFollow begin it.
func (l *List) SelectIndex(i int) {
	n := l.model.Len()
	if n == 0 {
		return
	}
	i = min(max(i, 0), n-1)
	if i < n-1 {
		l.setFollow(false)
	}
	l.take(i)
}

// SetFollow begins or ends following the newest row.
func (l *List) SetFollow(on bool) {
	l.setFollow(on)
	l.Sync()
}

func (l *List) setFollow(on bool) {
	if l.follow == on {
		return
	}
	l.follow, l.unseen, l.newest = on, 0, 0
	if m, hides := l.model.(newest); hides && !on {
		l.newest = m.Newest()
	} else if n := l.model.Len(); !on && n > 0 {
		l.newest = l.model.ID(n - 1)
	}
	l.tellFollow()
}

func (l *List) tellFollow() {
	if l.followed != nil {
		l.followed(l.follow, l.unseen)
	}
}

// Sync brings the selection and the window in line with the model. Draw and the
// keys do it by themselves; call it after the model changed to have the
// callbacks at once.
func (l *List) Sync() {
	n := l.model.Len()
	switch {
	case n == 0:
		l.offset, l.index = 0, 0
		l.choose(0)
	case l.follow:
		l.take(n - 1)
	default:
		i := l.model.IndexOf(l.selected)
		if i < 0 {
			i = l.neighbour()
		} else {
			// The row stays on its line of the screen.
			l.offset += i - l.index
		}
		l.take(i)
	}
	l.countUnseen()
}

// neighbour returns the row that comes to the place of a selected one that is
// gone: the nearest of those that were around it, else the one with the nearest
// ID in a model sorted by ID, which leaves a valid row in any other.
func (l *List) neighbour() int {
	for d := 1; d <= len(l.around); d++ {
		for _, k := range [2]int{l.above + d, l.above - d} {
			if k < 0 || k >= len(l.around) {
				continue
			}
			if i := l.model.IndexOf(l.around[k]); i >= 0 {
				l.offset = i - (l.index - l.offset)
				return i
			}
		}
	}
	n := l.model.Len()
	if l.selected == 0 {
		return 0
	}
	return min(sort.Search(n, func(i int) bool { return l.model.ID(i) >= l.selected }), n-1)
}

// take makes row i the selected one, brings it into sight and remembers its
// neighbours.
func (l *List) take(i int) {
	n, rows := l.model.Len(), l.rows()
	l.index = i
	l.offset = min(l.offset, i)
	if rows > 0 {
		l.offset = max(l.offset, i-rows+1)
	}
	l.offset = max(min(l.offset, n-rows), 0)

	from, to := max(i-max(rows, 1), 0), min(i+max(rows, 1)+1, n)
	l.above, l.around = i-from, l.around[:0]
	for k := from; k < to; k++ {
		l.around = append(l.around, l.model.ID(k))
	}
	l.choose(l.around[l.above])
}

func (l *List) choose(id uint64) {
	if id == l.selected {
		return
	}
	l.selected = id
	if l.changed != nil {
		l.changed(id)
	}
}

// countUnseen counts the rows behind the one that was the last when following
// ended.
func (l *List) countUnseen() {
	if l.follow || l.newest == 0 {
		return
	}
	n := l.model.Len()
	i := l.model.IndexOf(l.newest)
	if i < 0 { // filtered out
		i = sort.Search(n, func(i int) bool { return l.model.ID(i) > l.newest }) - 1
	}
	if unseen := n - 1 - i; unseen != l.unseen {
		l.unseen = unseen
		l.tellFollow()
	}
}
