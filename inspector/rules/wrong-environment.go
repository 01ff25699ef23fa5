package rules

import (
	"fmt"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "wrong-environment", Title: "A public page asks a host of another environment", Family: Client, Severity: exchange.SeverityInfo, PerHost: true,
	Explain:   "The page comes from one environment, e.g. production, and this request goes to another, e.g. a developer's machine or the staging system. Mostly an address was left in the settings of the build.",
	FixClient: "Look for this address in the settings of the page's build.",
	FixServer: "Nothing to change.",
	Spec:      "https://12factor.net/config",
	When:      when(anyStatus|hasFailure, mayBeElsewhere),
	Check: func(c *Case) *Finding {
		name := "Origin"
		from, err := url.Parse(c.X.Request.Header.Get(name))
		if err != nil || from.Host == "" {
			name = "Referer"
			if from, err = url.Parse(c.X.Request.Header.Get(name)); err != nil || from.Host == "" {
				return nil
			}
		}
		to := c.URL()
		if to == nil || !strings.Contains(from.Hostname(), ".") || internalHost(from.Hostname()) || environment(from.Hostname()) != "" {
			return nil
		}
		where := environment(to.Hostname())
		if where == "" || where != "this machine" && siteHost(from.Hostname()) != siteHost(to.Hostname()) {
			return nil
		}
		return &Finding{
			Confidence: exchange.Possible,
			Verdict:    fmt.Sprintf("The page of %s asks %s, which is %s.", clip(from.Host, 50), clip(to.Host, 50), where),
			Short:      clip("asks "+where, shortCells),
			Evidence:   []exchange.Evidence{c.requestField(name, "the page"), c.requestLine("")},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Look for this address in the settings of the build:", Copy: "grep -rn " + shell(to.Host) + " . --include='*.env*' --include='*.json' --include='*.js'"},
				Server: exchange.Advice{Text: "Nothing to change."},
			},
		}
	},
	Examples: []Example{
		{Name: "localhost", Finds: "The page of app.example.com asks localhost:3000, which is this machine", HTTP: pageAsks("https://app.example.com", "http://localhost:3000/api")},
		{Name: "staging", Finds: "asks api.staging.example.com, which is the staging system", HTTP: pageAsks("https://app.example.com", "https://api.staging.example.com/items")},
		{Name: "development", HTTP: pageAsks("http://localhost:5173", "http://localhost:3000/api")},
		{Name: "both-staging", HTTP: pageAsks("https://staging.example.com", "https://api.staging.example.com/items")},
		{Name: "other-company", HTTP: pageAsks("https://app.example.com", "https://dev.example.net/items")},
	},
})

func pageAsks(page, target string) string {
	return "> GET " + target + " HTTP/1.1\n> User-Agent: Mozilla/5.0\n> Origin: " + page + "\n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *"
}

// environments are the labels of host names that tell one from production.
var environments = map[string]string{
	"staging": "the staging system", "stage": "the staging system", "stg": "the staging system",
	"dev": "the development system", "develop": "the development system", "qa": "the test system", "uat": "the test system",
	"localhost": "this machine",
}

// mayBeElsewhere selects exchanges with hosts that may be those of another
// environment, whose page is known.
func mayBeElsewhere(x *exchange.Exchange) bool {
	if !received(x) && x.Failure == nil {
		return false
	}
	row := exchange.Row{URL: x.URL}
	host := row.Host()
	for _, part := range [...]string{"localhost", "127.0.0.1", "[::1]", "st", "dev", "qa", "uat"} {
		if strings.Contains(host, part) {
			return x.Request.Header.Has("Origin") || x.Request.Header.Has("Referer")
		}
	}
	return false
}

// environment is which environment a host name tells, "" if none.
func environment(host string) string {
	host = strings.ToLower(host)
	if host == "127.0.0.1" || host == "::1" {
		return "this machine"
	}
	labels := strings.Split(host, ".")
	for i, label := range labels {
		if i > 0 && i >= len(labels)-2 {
			break // the registered name may be called anything
		}
		for _, part := range strings.Split(label, "-") {
			if where := environments[part]; where != "" && (part != "localhost" || len(labels) == 1) {
				return where
			}
		}
	}
	return ""
}
