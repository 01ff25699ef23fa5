package rules

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "n-plus-one", Title: "A list is fetched item by item", Family: Client, Severity: exchange.SeverityInfo, PerEndpoint: true,
	Explain:   "One request per item costs a round trip each and soon meets a rate limit. Mostly a loop over a list does it.",
	FixClient: "Fetch the items by one request.",
	FixServer: "Offer a list or a filter by several IDs.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9205.html",
	When: when(anyStatus|methodGET, func(x *exchange.Exchange) bool {
		return x.Request.Method == http.MethodGet && apiLike(x)
	}),
	Check: func(c *Case) *Finding {
		burst := c.burst(2 * time.Second)
		if len(burst) < BurstSize {
			return nil
		}
		name := c.endpointOf()
		if !strings.Contains(name, "{id}") {
			return nil
		}
		urls := map[string]bool{}
		for _, y := range burst {
			urls[y.URL] = true
		}
		if len(urls) < BurstSize {
			return nil
		}
		last := burst[len(burst)-1]
		f := &Finding{
			Verdict:  fmt.Sprintf("%d requests to %s began within %s (#%d to #%d), each for another item.", len(urls), clip(name, 60), duration(last.Start.Sub(c.X.Start)), c.X.ID, last.ID),
			Short:    clip(fmt.Sprintf("%d × %s", len(urls), name), shortCells),
			Evidence: []exchange.Evidence{c.requestLine("the first"), {Exchange: last.ID, Part: exchange.RequestLine, Name: "GET", Value: pathOf(last.URL), Note: "the last"}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Fetch the items by one request, if the API offers that:", Copy: "GET " + clip(listPath(name), 60) + "?id=1,2,3"},
				Server: exchange.Advice{Text: "Offer a filter by several IDs:", Copy: "GET " + clip(listPath(name), 60) + "?id=1,2,3"},
			},
		}
		for _, y := range burst[1:] {
			f.Related = append(f.Related, y.ID)
		}
		return f
	},
	Examples: []Example{
		{Name: "ten", Finds: "10 requests to GET /items/{id} began within 900 ms (#1 to #10)", On: 1, HTTP: itemByItem(10)},
		{Name: "nine", On: 1, HTTP: itemByItem(9)},
	},
})

// listPath is the path of the list that an item's endpoint belongs to.
func listPath(endpoint string) string {
	_, path, _ := strings.Cut(endpoint, " ")
	list, _, _ := strings.Cut(path, "/{id}")
	return list
}

func itemByItem(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "* at 2026-11-22T14:00:00.%dZ\n> GET http://api.test/items/%d HTTP/1.1\n< HTTP/1.1 200 OK\n* took 20ms\n", i, i+1)
	}
	return b.String()
}
