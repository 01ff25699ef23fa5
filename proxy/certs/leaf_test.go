package certs

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLeafIsValidForItsName(t *testing.T) {
	ca := load(t, t.TempDir())
	roots := x509.NewCertPool()
	roots.AddCert(ca.Certificate())
	for _, name := range []string{
		"example.test", "Example.TEST.", "127.0.0.1", "::1", "[::1]",
		strings.Repeat("a", 60) + ".example.test",
	} {
		c, err := ca.Leaf(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		opts := x509.VerifyOptions{Roots: roots, DNSName: strings.ToLower(strings.TrimSuffix(name, "."))}
		if _, err := c.Leaf.Verify(opts); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := c.Leaf.NotAfter.Sub(c.Leaf.NotBefore); d > 199*24*time.Hour {
			t.Errorf("%s: valid for %v", name, d)
		}
		if len(c.Leaf.Subject.CommonName) > 64 {
			t.Errorf("%s: common name of %d characters", name, len(c.Leaf.Subject.CommonName))
		}
	}
	if _, err := ca.Leaf(""); err == nil {
		t.Error("a leaf without a name")
	}
}

func TestLeafNeverOutlivesItsCA(t *testing.T) {
	ca := load(t, t.TempDir())
	c, err := ca.mint("example.test", ca.cert.NotAfter.Add(-48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if c.Leaf.NotAfter.After(ca.cert.NotAfter) {
		t.Errorf("leaf until %v, CA until %v", c.Leaf.NotAfter, ca.cert.NotAfter)
	}
}

func TestLeafIsMadeOncePerName(t *testing.T) {
	ca := load(t, t.TempDir())
	got := make([]*tls.Certificate, 16)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i], _ = ca.Leaf("example.test") })
	}
	wg.Wait()
	for _, c := range got {
		if c == nil || c != got[0] {
			t.Fatal("one name has two certificates")
		}
	}
}

func TestLeavesAreBounded(t *testing.T) {
	ca := load(t, t.TempDir())
	first, err := ca.Leaf("h0.test")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= maxLeaves; i++ {
		l, _ := ca.leaves.get(fmt.Sprintf("h%d.test", i), time.Now())
		close(l.ready)
	}
	if n := len(ca.leaves.byName); n != maxLeaves || ca.leaves.recent.Len() != n {
		t.Errorf("%d names, %d in order", n, ca.leaves.recent.Len())
	}
	if again, err := ca.Leaf("h0.test"); err != nil || again == first {
		t.Errorf("the eldest name was kept (%v)", err)
	}
}

func TestLeafIsRenewedBeforeItEnds(t *testing.T) {
	ca := load(t, t.TempDir())
	if _, err := ca.Leaf("example.test"); err != nil {
		t.Fatal(err)
	}
	if _, mine := ca.leaves.get("example.test", time.Now()); mine {
		t.Error("a fresh leaf is made anew")
	}
	if l, mine := ca.leaves.get("example.test", time.Now().Add(leafLifetime-backdate)); !mine {
		t.Error("an ending leaf is kept")
	} else {
		close(l.ready)
	}
}
