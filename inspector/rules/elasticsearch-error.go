package rules

import (
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "elasticsearch-error", Title: "Elasticsearch refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "Elasticsearch and OpenSearch name the type and reason of an error, with its root cause. A bulk request is answered 200 even if items of it failed.",
	FixClient: "Correct what reason names, and look at errors after a bulk request.",
	FixServer: "Look into the cluster's log.",
	Spec:      "https://www.elastic.co/guide/en/elasticsearch/reference/current/common-options.html",
	When:      having(reportsJSON, jsonAnswer(200, 599)),
	Check: func(c *Case) *Finding {
		if items := failedItems(c); items != nil {
			return failedBulk(c, items)
		}
		if c.X.Response.Status < 400 {
			return nil
		}
		e := object(c.JSON(), "error")
		causes := list(e, "root_cause")
		if len(causes) == 0 {
			return nil
		}
		kind := firstOf(text(causes[0], "type"), text(e, "type"))
		p := providerError{By: "Elasticsearch", Code: kind, Message: firstOf(text(causes[0], "reason"), text(e, "reason")), Name: "/error/root_cause/0/type", Hint: elasticHints[kind]}
		if index := text(causes[0], "index"); index != "" {
			p.Extra = append(p.Extra, inBody("/error/root_cause/0/index", index, ""))
		}
		return c.providerFinding(p)
	},
	Examples: []Example{
		{Name: "no-index", Finds: "Elasticsearch says index_not_found_exception", HTTP: `> GET http://es.test:9200/logz/_search HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [logz]","index":"logz"}],"type":"index_not_found_exception","reason":"no such index [logz]"},"status":404}`},
		{Name: "bulk", Finds: "1 of 2 items of the bulk request failed", HTTP: `> POST http://es.test:9200/_bulk HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"took":3,"errors":true,"items":[{"index":{"_id":"1","status":201}},{"index":{"_id":"2","status":400,"error":{"type":"mapper_parsing_exception","reason":"failed to parse field [age]"}}}]}`},
		{Name: "bulk-ok", HTTP: `> POST http://es.test:9200/_bulk HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

{"took":3,"errors":false,"items":[{"index":{"_id":"1","status":201}}]}`},
	},
})

var elasticHints = map[string]providerHint{
	"index_not_found_exception":         {Means: "There is no such index or alias.", Client: "List the indices:", Copy: "GET _cat/indices?v"},
	"mapper_parsing_exception":          {Means: "A value does not fit the type of its field.", Client: "Look at the mapping:", Copy: "GET INDEX/_mapping"},
	"document_parsing_exception":        {Means: "A value does not fit the type of its field.", Client: "Look at the mapping:", Copy: "GET INDEX/_mapping"},
	"version_conflict_engine_exception": {Means: "The document was changed since it was read.", Client: "Repeat the update on the new version:", Copy: "retry_on_conflict=3"},
	"cluster_block_exception":           {Means: "The index is read-only; a full disk is the usual cause.", Server: "Free space, then lift the block:", ServerCopy: `PUT INDEX/_settings {"index.blocks.read_only_allow_delete": null}`},
	"parsing_exception":                 {Means: "The query's syntax is wrong.", Client: "Let it be checked:", Copy: "GET INDEX/_validate/query?explain"},
	"security_exception":                {Means: "The credentials are wrong or lack the right.", Client: "See who you are:", Copy: "GET _security/_authenticate"},
	"circuit_breaking_exception":        {Means: "The request would need more memory than is left."},
	"es_rejected_execution_exception":   {Means: "The queue of the node is full.", Client: "Send less at once, and repeat with growing pauses:"},
}

// failedItems are the failed items of a bulk request, nil if there are none.
func failedItems(c *Case) []map[string]any {
	if t := c.top(); !t.failed || t.names&memberItems == 0 {
		return nil
	}
	var failed []map[string]any
	for _, item := range list(c.JSON(), "items") {
		o, _ := item.(map[string]any)
		for _, action := range o {
			if e := object(action, "error"); e != nil {
				failed = append(failed, e)
			}
		}
	}
	return failed
}

func failedBulk(c *Case, failed []map[string]any) *Finding {
	first := failed[0]
	kind := text(first, "type")
	f := c.providerFinding(providerError{By: "Elasticsearch", Code: kind, Message: text(first, "reason"), Name: "/items", Hint: elasticHints[kind]})
	total := len(list(c.JSON(), "items"))
	f.Verdict = fmt.Sprintf("%d of %s of the bulk request failed; the first: %s", len(failed), plural(total, "item", "items"), strings.TrimPrefix(f.Verdict, "Elasticsearch says "))
	f.Short = clip(fmt.Sprintf("%d of %d items failed", len(failed), total), shortCells)
	return f
}
