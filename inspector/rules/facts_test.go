package rules

import (
	"net/http"
	"slices"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestFactsLoseNothing: no rule finds less for the facts that it needs. Each exchange of each example is tried with every outcome and with
// the other methods.
func TestFactsLoseNothing(t *testing.T) {
	lost := map[string]bool{}
	for _, r := range All() {
		for _, e := range r.Examples {
			xs, err := transcript.Parse(e.HTTP)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range xs {
				for _, variant := range variants(x) {
					for _, id := range lostBy(variant) {
						if !lost[id] {
							lost[id] = true
							t.Errorf("%s: what it needs is not there, but it finds something:\n%s", id, transcript.Print(variant))
						}
					}
				}
			}
		}
	}
}

// lostBy are the rules that find something in x although it lacks the facts that
// they need.
func lostBy(x *exchange.Exchange) []string {
	var lost []string
	c := &Case{X: x}
	are := c.facts()
	for _, r := range registry {
		if !are.has(r.When.needs) && r.When.holds(x) && check(r, c) != nil {
			lost = append(lost, r.ID)
		}
	}
	return lost
}

// variants are x, x with other methods, and x with other outcomes.
func variants(x *exchange.Exchange) []*exchange.Exchange {
	all := []*exchange.Exchange{x}
	for _, method := range []string{"", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodOptions, http.MethodConnect, "get"} {
		y := *x
		y.Request.Method = method
		all = append(all, &y)
	}
	for _, y := range slices.Clone(all) {
		for _, code := range []int{0, 100, 101, 199, 200, 201, 204, 206, 299, 300, 301, 302, 304, 307, 400, 401, 403, 404, 407, 409, 412, 429, 499, 500, 502, 503, 504, 511, 599, 600, 999} {
			z, response := *y, exchange.Message{}
			if y.Response != nil {
				response = *y.Response
			}
			response.Status, z.Response, z.Failure = code, &response, nil
			all = append(all, &z)
		}
		none, synthetic := *y, *y
		none.Response = nil
		synthetic.Synthetic = true
		all = append(all, &none, &synthetic)
	}
	return all
}

// TestFewRulesAreAskedOfWhatIsHealthy keeps the common case cheap.
func TestFewRulesAreAskedOfWhatIsHealthy(t *testing.T) {
	xs, err := transcript.Parse(`* client 127.0.0.1:5000
> GET https://api.test/items/7 HTTP/1.1
> User-Agent: Mozilla/5.0
> Accept: application/json
< HTTP/1.1 200 OK
< Content-Type: application/json
< Date: Sun, 22 Nov 2026 14:00:00 GMT

{"id":7}`)
	if err != nil {
		t.Fatal(err)
	}
	xs[0].Client.Reused = true
	var asked []string
	are := (&Case{X: xs[0]}).facts()
	for _, r := range All() {
		if are.has(r.When.needs) {
			asked = append(asked, r.ID)
		}
	}
	const most = 24
	if len(asked) > most {
		t.Errorf("%d rules are asked, at most %d should be: %v", len(asked), most, asked)
	}
	t.Log(len(asked), asked)
}
