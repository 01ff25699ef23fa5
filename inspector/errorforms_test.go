package inspector

import (
	"fmt"
	"testing"
)

func TestErrorFormsAreBounded(t *testing.T) {
	e := newErrorForms()
	for i := range 3 * maxErrorHosts {
		x := parse(t, fmt.Sprintf("> GET http://h%d.test/ HTTP/1.1\n< HTTP/1.1 400\n< Content-Type: application/json\n\n{\"message\":\"one two three\"}", i))[0]
		e.add(x)
	}
	if len(e.entries) != maxErrorHosts || e.recent.Len() != maxErrorHosts {
		t.Errorf("%d hosts", len(e.entries))
	}
	for i := range 3 * maxScenarios {
		x := parse(t, fmt.Sprintf("* id %d\n> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 400\n< Content-Type: application/json\n\n{\"code\":\"CODE_%d\",\"m%d\":1}", i+1, i, i))[0]
		e.add(x)
	}
	if h := e.get("h.test"); len(h.statuses) != maxScenarios || len(h.forms) > maxForms {
		t.Errorf("%d scenarios, %d forms", len(h.statuses), len(h.forms))
	}
}
