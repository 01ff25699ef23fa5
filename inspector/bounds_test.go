package inspector

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// TestTablesAreBounded: traffic in which each exchange has a host, a client, a
// token and a cookie of its own grows no table of a relator or of the notes
// beyond its bound, and one exchange has a bounded number of others diagnosed again.
func TestTablesAreBounded(t *testing.T) {
	i := New(Options{})
	for n := range maxKeys + 500 {
		for _, status := range []int{200, 302, 401, 429} {
			x := varied(t, n, status)
			x.ID = exchange.ID(n*1000 + status)
			x.Start = time.Unix(int64(n), int64(status))
			if status == 200 {
				i.Observe(x)
				continue
			}
			for _, r := range i.relators {
				r.add(x) // the rules fill no tables but the notes
			}
		}
	}
	seen := 0
	for _, r := range i.relators {
		for name, size := range tables(reflect.ValueOf(r)) {
			seen = max(seen, size)
			if size > maxKeys {
				t.Errorf("%T%s holds %d entries; want at most %d", r, name, size, maxKeys)
			}
		}
	}
	if seen < maxKeys {
		t.Errorf("the largest table holds %d entries: the traffic reaches no bound", seen)
	}
	if n := len(i.notes.entries); n != maxKeys {
		t.Errorf("notes of %d subjects; want %d", n, maxKeys)
	}
	if n := len(i.notes.held); n > maxKeys {
		t.Errorf("notes held by %d exchanges; want at most %d", n, maxKeys)
	}
}

func varied(t *testing.T, n, status int) *exchange.Exchange {
	return parse(t, fmt.Sprintf(`* client 127.%d.%d.1:5000
> GET https://h%d.test/a/%d HTTP/1.1
> Authorization: Bearer token%d
> Cookie: sid=v%d
> If-None-Match: "%d"
< HTTP/1.1 %d X
< Set-Cookie: sid=w%d
< Location: /b/%d
< Content-Type: application/json

{"error":"x%d"}`, n/250, n%250, n, n, n, n, n, status, n, n, n))[0]
}

// tables are the sizes of the maps in what v points to, by where they are.
func tables(v reflect.Value) map[string]int {
	sizes := map[string]int{}
	var walk func(name string, v reflect.Value)
	walk = func(name string, v reflect.Value) {
		switch {
		case v.Kind() == reflect.Map:
			sizes[name] = v.Len()
		case v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().PkgPath() != "container/list":
			walk(name, v.Elem())
		case v.Kind() == reflect.Struct:
			for n := range v.NumField() {
				walk(name+"."+v.Type().Field(n).Name, v.Field(n))
			}
		}
	}
	walk("", v)
	return sizes
}

// TestOneExchangeTouchesFew: however long a history is, an exchange that ended
// later than those that began after it has a bounded number of others diagnosed again.
func TestOneExchangeTouchesFew(t *testing.T) {
	for _, status := range []int{200, 302, 401, 403, 429, 500} {
		i := New(Options{})
		for n := range 200 {
			x := varied(t, 1, status)
			x.ID, x.Start = exchange.ID(n+2), time.Unix(1000, int64(n)*int64(time.Millisecond))
			i.Observe(x)
		}
		first := varied(t, 1, 200)
		// It began before a hundred of them, which their windows remember.
		first.ID, first.Start = 1, time.Unix(1000, int64(100*time.Millisecond)+1)
		n := len(i.Observe(first))
		all := n
		for more := true; more; more = i.Behind() {
			if n > 1+maxAgain {
				t.Errorf("after answers of %d, one call diagnosed %d exchanges; want at most %d", status, n, 1+maxAgain)
			}
			n = len(i.Observe())
			all += n
		}
		if all > 2*maxPerKey {
			t.Errorf("after answers of %d, one exchange has %d diagnosed; want at most %d", status, all, 2*maxPerKey)
		}
	}
}
