package setup

import (
	"slices"
	"strings"
	"testing"
)

var files = Files{
	CA: "/ca/ca.pem", Bundle: "/ca/ca-bundle.pem", TrustStore: "/ca/ca.p12", NodePreload: "/my ca/node-preload.cjs",
}

func TestEnvironReplacesAndExtends(t *testing.T) {
	inherited := []string{
		"PATH=/bin", "HTTP_PROXY=http://other:1", "no_proxy=localhost", "NODE_OPTIONS=--max-old-space-size=512",
	}
	environ := Environ(inherited, Variables("http://127.0.0.1:8080", files, inherited))
	for _, want := range []string{
		"PATH=/bin", "HTTP_PROXY=http://127.0.0.1:8080", "https_proxy=http://127.0.0.1:8080",
		"NO_PROXY=", "no_proxy=", "SSL_CERT_FILE=/ca/ca-bundle.pem", "NODE_EXTRA_CA_CERTS=/ca/ca.pem",
		"npm_config_cafile=/ca/ca-bundle.pem", "PIP_CERT=/ca/ca-bundle.pem",
		"NODE_USE_ENV_PROXY=1", `NODE_OPTIONS=--max-old-space-size=512 --require "/my ca/node-preload.cjs"`,
	} {
		if !slices.Contains(environ, want) {
			t.Errorf("%s is missing", want)
		}
	}
	names := map[string]int{}
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if names[name]++; names[name] > 1 {
			t.Errorf("%s is set twice", name)
		}
	}
}

func TestVariablesLeaveOutWhatCouldNotBeMade(t *testing.T) {
	for _, v := range Variables("http://127.0.0.1:8080", Files{CA: "c", Bundle: "b", TrustStore: "/with space/ca.p12"}, nil) {
		if v.Name == "NODE_OPTIONS" || v.Name == "JAVA_TOOL_OPTIONS" {
			t.Errorf("%s=%s", v.Name, v.Value)
		}
	}
}

func TestJavaOptions(t *testing.T) {
	got := javaOptions("http://127.0.0.1:8080", "/ca/ca.p12")
	for _, want := range []string{"-Dhttps.proxyPort=8080", "-Dhttp.nonProxyHosts= ", "-Djavax.net.ssl.trustStore=/ca/ca.p12"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}
