package rules

import (
	"fmt"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "k8s-status", Title: "Kubernetes' API refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "The API server of Kubernetes answers errors with an object of the kind Status: reason is for programs, details name the object and the fields.",
	FixClient: "Correct what reason and details name.",
	FixServer: "Grant the right, or create the object.",
	Spec:      "https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/",
	When:      jsonAnswer(400, 599),
	Check: func(c *Case) *Finding {
		v := c.JSON()
		if text(v, "kind") != "Status" || text(v, "apiVersion") != "v1" {
			return nil
		}
		reason := text(v, "reason")
		e := providerError{By: "Kubernetes", Code: reason, Message: text(v, "message"), Name: "/reason", Hint: kubernetesHints[reason]}
		for i, cause := range list(object(v, "details"), "causes") {
			if i < 3 {
				e.Extra = append(e.Extra, inBody(text(cause, "field"), text(cause, "message"), fmt.Sprintf("cause %d", i+1)))
			}
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "forbidden", Finds: "Kubernetes says Forbidden", HTTP: `> GET https://10.0.0.1:6443/api/v1/namespaces/prod/secrets HTTP/1.1
> Authorization: Bearer eyJhbGciOiJub25lIn0.e30.
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"kind":"Status","apiVersion":"v1","status":"Failure","message":"secrets is forbidden: User \"ann\" cannot list resource \"secrets\"","reason":"Forbidden","details":{"kind":"secrets"},"code":403}`},
		{Name: "other", Also: []string{"forbidden"}, HTTP: `> GET http://api.test/status HTTP/1.1
< HTTP/1.1 403 Forbidden
< Content-Type: application/json

{"kind":"Status","reason":"Forbidden"}`},
	},
})

var kubernetesHints = map[string]providerHint{
	"Forbidden":       {Means: "The account lacks the right.", Client: "See what it may do:", Copy: "kubectl auth can-i --list", Server: "Bind a role with the verb:", ServerCopy: "kubectl create rolebinding NAME --role=ROLE --user=USER"},
	"Unauthorized":    {Means: "The token or client certificate is wrong or expired.", Client: "See who you are:", Copy: "kubectl auth whoami"},
	"NotFound":        {Means: "There is no such object; the namespace or the API version may be wrong.", Client: "List what is there:", Copy: "kubectl get all --all-namespaces"},
	"AlreadyExists":   {Means: "An object of this name exists.", Client: "Change it in place of creating it:", Copy: "kubectl apply -f FILE"},
	"Conflict":        {Means: "The object was changed since it was read.", Client: "Read it again, apply the change to that, and write it with its resourceVersion:", Copy: "kubectl get KIND NAME -o yaml"},
	"Invalid":         {Means: "A field breaks the schema.", Client: "See what it takes:", Copy: "kubectl explain KIND.spec"},
	"TooManyRequests": {Means: "The API server is overloaded, or a disruption budget forbids the eviction."},
	"Expired":         {Means: "The resourceVersion or continue token is too old.", Client: "List again from the beginning:", Copy: "kubectl get KIND"},
}
