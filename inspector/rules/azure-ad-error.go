package rules

import (
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "azure-ad-error", Title: "Microsoft Entra ID refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "Entra ID (Azure AD) puts a number AADSTS… into error_description, which says more than the OAuth code beside it.",
	FixClient: "Correct what the number names.",
	FixServer: "Look into the sign-in log under the correlation ID.",
	Spec:      "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
	When: when(status3xx|status4xx|status5xx, func(x *exchange.Exchange) bool {
		return received(x) && (x.Response.Status >= 400 || isRedirect(x.Response.Status))
	}),
	Check: func(c *Case) *Finding {
		said, e := "", providerError{By: "Entra ID", Name: "/error_description"}
		if isRedirect(c.X.Response.Status) {
			said = redirectedError(c).Get("error_description")
			e.Part, e.Name = exchange.ResponseHeader, "Location"
		} else if t := c.Text(); strings.Contains(t, "AADSTS") {
			said = firstOf(text(c.JSON(), "error_description"), t)
		}
		e.Code = aadsts.FindString(said)
		if e.Code == "" {
			return nil
		}
		_, rest, _ := strings.Cut(said, e.Code+":")
		line, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		line, _, _ = strings.Cut(line, "Trace ID:")
		e.Message, e.Hint = strings.TrimSpace(line), azureHints[e.Code]
		if id := text(c.JSON(), "correlation_id"); id != "" {
			e.Extra = append(e.Extra, inBody("/correlation_id", id, "look for it in the sign-in log"))
		}
		if code := text(c.JSON(), "error"); code != "" {
			e.Extra = append(e.Extra, inBody("/error", code, ""))
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "secret", Finds: "Entra ID says AADSTS7000215", Also: []string{"auth-missing-credentials"}, HTTP: `> POST https://login.microsoftonline.com/t/oauth2/v2.0/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_id=a
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: 1","correlation_id":"7d2c"}`},
		{Name: "redirect", Finds: "AADSTS65001", HTTP: `> GET https://login.microsoftonline.com/t/authorize HTTP/1.1
< HTTP/1.1 302 Found
< Location: http://app.test/cb?error=consent_required&error_description=AADSTS65001%3a+The+user+has+not+consented`},
		{Name: "other", Also: []string{"bad-request"}, HTTP: `> POST http://id.test/token HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"error":"nope"}`},
	},
})

var aadsts = regexp.MustCompile(`AADSTS[0-9]{4,8}`)

var azureHints = map[string]providerHint{
	"AADSTS50011":   {Means: "The redirect URI is not registered for the application, to the letter.", Server: "Register it:", ServerCopy: "az ad app update --id CLIENT_ID --web-redirect-uris URI"},
	"AADSTS50020":   {Means: "The user belongs to another tenant and is no guest in this one."},
	"AADSTS50034":   {Means: "There is no such user in this tenant."},
	"AADSTS50076":   {Means: "A second factor is needed, which this flow cannot ask for.", Client: "Use a flow with a browser."},
	"AADSTS50105":   {Means: "The user is not assigned to the application."},
	"AADSTS50126":   {Means: "User name or password is wrong."},
	"AADSTS53003":   {Means: "A Conditional Access policy blocks it."},
	"AADSTS54005":   {Means: "The code was used before.", Client: "Exchange each code once."},
	"AADSTS65001":   {Means: "Nobody has consented to the permissions yet.", Server: "Grant consent:", ServerCopy: "az ad app permission admin-consent --id CLIENT_ID"},
	"AADSTS70008":   {Means: "The code or refresh token has expired.", Client: "Begin anew with a login."},
	"AADSTS70011":   {Means: "A scope is not valid.", Client: "For an application's own token ask for:", Copy: "scope=api://CLIENT_ID/.default"},
	"AADSTS700016":  {Means: "There is no such application in this tenant: the client ID or the tenant is wrong.", Client: "Compare both:", Copy: "az ad app show --id CLIENT_ID"},
	"AADSTS700082":  {Means: "The refresh token has expired because it was not used.", Client: "Begin anew with a login."},
	"AADSTS7000215": {Means: "The secret is wrong; often its ID was copied in place of its value.", Server: "Make a new one and copy its value:", ServerCopy: "az ad app credential reset --id CLIENT_ID"},
	"AADSTS7000222": {Means: "The secret has expired.", Server: "Make a new one:", ServerCopy: "az ad app credential reset --id CLIENT_ID"},
	"AADSTS90002":   {Means: "There is no such tenant."},
	"AADSTS500011":  {Means: "The API asked for is not known in this tenant."},
	"AADSTS900144":  {Means: "A parameter is missing from the form."},
	"AADSTS9002326": {Means: "The redirect URI is not registered as one of a single-page application.", Server: "Register it as such (platform spa)."},
}
