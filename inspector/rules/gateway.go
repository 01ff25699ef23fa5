package rules

import (
	"fmt"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// gatewayFault says which gateway made a response itself, and why.
type gatewayFault struct {
	// Generator is the gateway that made the response.
	Generator string
	// Fault is what went wrong behind it, "" if the response tells nothing of
	// the kind, e.g. nginx's own page for 404.
	Fault fault
	// Says words the fault; Proof is the part of the response that shows it.
	Says, Proof string
	Part        exchange.Part
	Confidence  exchange.Confidence
}

// fault is the part of a rule's ID behind "gateway-".
type fault string

const (
	faultRefused  fault = "upstream-refused"
	faultTimeout  fault = "upstream-timeout"
	faultClosed   fault = "upstream-closed-early"
	faultBad      fault = "bad-upstream-response"
	faultBackends fault = "no-healthy-backend"
	faultDNS      fault = "dns-failure"
	faultTLS      fault = "tls-to-origin"
	faultRoute    fault = "no-route"
	faultOverload fault = "overload"
)

// Gateway tells who made the response, from its content or a field that
// nothing else sets: Server and Via only say what it passed through. It is nil
// for the answers of applications.
func (c *Case) Gateway() *gatewayFault {
	return c.gateway.get(func() *gatewayFault {
		if !received(c.X) || c.X.Response.Status < 400 {
			return nil
		}
		text := c.head(gatewayHead)
		if strings.Contains(text, "\r\n") { // as in part of Apache's pages
			text = strings.ReplaceAll(text, "\r\n", "\n")
		}
		for _, identify := range fingerprints {
			if g := identify(c.X.Response, text); g != nil {
				if g.Confidence == "" {
					g.Confidence = exchange.Certain
				}
				if g.Part == "" {
					g.Part = exchange.ResponseBody
				}
				if g.Part == exchange.ResponseBody && !c.X.Response.Body.Whole() && g.Fault != faultTimeout && g.Fault != faultRoute && g.Fault != "" {
					// The reason may stand in what is missing.
					g.Fault, g.Says = faultRefused, anyFault
				}
				if g.Generator == "Heroku" && g.Fault == faultClosed && c.X.Timing.Last() >= herokuTimeout {
					g.Fault, g.Says = faultTimeout, "the dyno did not answer within 30 s (H12)"
				}
				return g
			}
		}
		return nil
	})
}

// fingerprints identify one generator each. The order matters where one
// imitates another: the load balancer of AWS writes nginx's page without its
// last line.
var fingerprints = []func(m *exchange.Message, text string) *gatewayFault{
	cloudflarePage, nginxPage, albPage, haproxyPage, apachePage, fastlyPage, varnishPage, squidPage, trafficServerPage, envoyText,
	cloudfrontPage, apiGatewayJSON, herokuPage, vercelField, renderField, railwayField, flyEmpty, apiManagementJSON, netlifyText, azurePage, googlePage,
	akamaiPage, kongJSON, lighttpdPage, h2oText, nghttpxPage, mitmproxyPage, knownText, ngrokField, developmentProxy, viteEmpty, traefikText, kubernetesText,
	caddyEmpty, envoyEmpty, nginxPhrase,
}

// gatewayHead is how much of the content is read for it: the pages of gateways
// are small.
const gatewayHead = 16 << 10

// herokuTimeout is the time after which Heroku gives up, and one page with
// another fault would have come earlier.
const herokuTimeout = 29 * time.Second

// gatewayCheck is the Check of the rules about gateways.
func gatewayCheck(fault fault) func(c *Case) *Finding {
	return func(c *Case) *Finding {
		g := c.Gateway()
		if g == nil || g.Fault != fault {
			return nil
		}
		f := &Finding{
			Confidence: g.Confidence,
			Verdict:    fmt.Sprintf("%s made this %d itself: %s.", g.Generator, c.X.Response.Status, g.Says),
			Short:      clip(g.Generator+": "+gatewayShort[fault], shortCells),
			Evidence: []exchange.Evidence{
				c.statusLine(""),
				{Exchange: c.X.ID, Part: g.Part, Name: "made by " + g.Generator, Value: g.Proof},
			},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Not the client's fault. Repeat it once the server side is repaired:", Copy: c.curl()},
				Server: exchange.Advice{Text: gatewayAdvice[fault], Copy: gatewayCommand(g)},
			},
		}
		if d := c.X.Timing.Last(); d > 0 {
			note := ""
			if d.Seconds() < 1 && fault != faultTimeout {
				note = "so no timeout"
			}
			f.Evidence = append(f.Evidence, c.took(note))
		}
		return f
	}
}

// name words f, about an error without a known fault, for the gateway that
// made it.
func (g *gatewayFault) name(f *Finding, status int) {
	f.Confidence = g.Confidence
	f.Verdict = fmt.Sprintf("%s made this %d itself, and does not say why.", g.Generator, status)
	if g.Says != "" {
		f.Verdict = fmt.Sprintf("%s made this %d itself: %s.", g.Generator, status, g.Says)
	}
	f.Short = clip(fmt.Sprintf("%d from %s", status, g.Generator), shortCells)
	f.Fix.Server = exchange.Advice{Text: "The configuration or what is behind it makes it say so. See:", Copy: gatewayCommand(g)}
}

var gatewayShort = map[fault]string{
	faultRefused: "no answer behind", faultTimeout: "upstream too slow", faultClosed: "upstream closed",
	faultBad: "bad upstream", faultBackends: "no backend", faultDNS: "upstream unknown",
	faultTLS: "upstream TLS", faultRoute: "no route", faultOverload: "overload",
}

var gatewayAdvice = map[fault]string{
	faultRefused:  "See whether the application runs, on the port that the gateway uses:",
	faultTimeout:  "See what the application waits for, and compare the gateway's timeout with it:",
	faultClosed:   "See whether the application crashed or closed an idle connection:",
	faultBad:      "See whether the gateway uses the right protocol and port, and what the application answers:",
	faultBackends: "See which backends the gateway holds for healthy:",
	faultDNS:      "See whether the gateway's machine can resolve the name:",
	faultTLS:      "See the certificate and protocol of the server behind the gateway:",
	faultRoute:    "See which hosts and paths the gateway has rules for:",
	faultOverload: "See which limit was reached:",
}

// gatewayCommand is where to look on the server side.
func gatewayCommand(g *gatewayFault) string {
	switch g.Generator {
	case "nginx", "openresty", "tengine":
		if g.Fault == faultOverload {
			return "grep -rE 'limit_req|limit_conn' /etc/nginx/ ; tail -1 /var/log/nginx/error.log"
		}
		return "tail -1 /var/log/nginx/error.log ; nginx -T | grep -E 'proxy_pass|upstream' ; ss -ltnp"
	case "HAProxy":
		return "echo 'show stat' | socat stdio /run/haproxy/admin.sock | cut -d, -f1,2,18,37"
	case "Apache":
		return "tail -1 /var/log/apache2/error.log ; grep -r ProxyPass /etc/apache2/ ; ss -ltnp"
	case "Varnish":
		return "varnishadm backend.list ; varnishlog -g request -q 'RespStatus == 503'"
	case "Caddy":
		return "journalctl -u caddy -n 5 ; ss -ltnp"
	case "Envoy", "Kubernetes Ingress", "Traefik":
		return "kubectl get endpoints,ingress -A ; kubectl logs deploy/APP --tail=20"
	case "AWS load balancer":
		return "aws elbv2 describe-target-health --target-group-arn ARN"
	case "Kong":
		return "curl -s localhost:8001/upstreams ; curl -s localhost:8001/routes ; tail /usr/local/kong/logs/error.log"
	case "lighttpd":
		return "tail -5 /var/log/lighttpd/error.log ; ss -ltnp"
	case "Traffic Server":
		return "tail -5 /var/log/trafficserver/error.log ; cat /etc/trafficserver/remap.config"
	case "H2O", "nghttpx", "Tinyproxy", "Privoxy":
		return "journalctl -n 20 ; ss -ltnp"
	case "PHP-FPM":
		return "nginx -T | grep -E 'root|SCRIPT_FILENAME|fastcgi_pass'"
	case "IIS", "IIS (http.sys)", "IIS (ARR)":
		return "Get-WinEvent -LogName Application -MaxEvents 20"
	case "ngrok", "The development server's proxy":
		return "ss -ltnp   # does the application listen on the port of the tunnel or proxy?"
	case "OpenShift router":
		return "oc get route,endpoints,pods"
	case "Cloud Run":
		return "gcloud run services logs read SERVICE"
	case "Azure Front Door":
		return "az afd origin list --profile-name PROFILE --origin-group-name GROUP -g RG"
	case "AWS API Gateway":
		return "aws logs tail /aws/lambda/FUNCTION --since 10m"
	case "Squid":
		return "tail -20 /var/log/squid/access.log ; squidclient mgr:server_list"
	case "Railway":
		return "railway logs"
	case "Netlify":
		return "netlify logs:function FUNCTION"
	case "Fly.io":
		return "fly status ; fly logs --no-tail"
	case "Azure API Management":
		return "az apim api list -g GROUP --service-name SERVICE -o table"
	case "Azure Application Gateway":
		return "az network application-gateway show-backend-health -g GROUP -n GATEWAY"
	case "Google load balancer":
		return "gcloud compute backend-services get-health BACKEND --global"
	case "Heroku":
		return "heroku logs --tail"
	case "Vercel":
		return "vercel logs"
	default:
		return "curl -i http://ORIGIN/   # from the gateway's machine"
	}
}

// serverError selects received responses that a gateway may have made.
var serverError = statusFrom(500, 599)

// gatewayExplain is the mechanism that all gateway rules share.
const gatewayExplain = "A gateway passes an application's own errors on unchanged. This page is the gateway's own, so the application's answer never came."

const rfcGateway = "https://www.rfc-editor.org/rfc/rfc9110.html#name-502-bad-gateway"
