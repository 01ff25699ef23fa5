package inspector

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// TestRequestOnAConnectionOpenedEarly: a browser opens the connection for the
// request while it waits for the preflight's answer.
func TestRequestOnAConnectionOpenedEarly(t *testing.T) {
	xs := parse(t, `* at 2026-11-22T14:00:00Z
* client 127.0.0.1:5000
> OPTIONS https://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: https://page.test
> Access-Control-Request-Method: PUT
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< Access-Control-Allow-Methods: PUT
* took 9ms

* at 2026-11-22T13:59:59.990Z
* client 127.0.0.1:5001
> PUT https://api.test/items HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: https://page.test
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: *
* took 30ms

* at 2026-11-22T14:00:09Z
* client 127.0.0.1:5001
> GET https://page.test/later HTTP/1.1
> User-Agent: Mozilla/5.0
< HTTP/1.1 204 No Content
* took 3ms
`)
	for _, y := range xs {
		y.Timing.RequestEnd = time.Nanosecond
	}
	xs[1].Timing.RequestEnd = 20 * time.Millisecond
	for _, f := range findingsOf(xs)[xs[0].ID] {
		if f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
			t.Errorf("%s: %s", f.Rule, f.Verdict)
		}
	}
}
