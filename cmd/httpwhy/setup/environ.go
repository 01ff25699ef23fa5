// Package setup knows how programs are told to use the proxy and to trust its
// certificates: by variables for a child process, and by lines to type for each
// kind of client.
package setup

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files are the files that clients read, all absolute paths.
type Files struct {
	// CA is our certificate in PEM; Bundle the system's roots and ours, for the
	// variables that replace a program's list of roots.
	CA, Bundle string
	// TrustStore is the bundle as PKCS #12 for Java, protected by
	// TrustStorePassword; empty if it could not be made.
	TrustStore string
	// NodePreload is the script for versions of Node without proxy support;
	// empty if it could not be written.
	NodePreload string
}

// TrustStorePassword protects the trust store, which holds nothing secret: Java
// does not read one without a password.
const TrustStorePassword = "changeit"

//go:embed preload.cjs
var nodePreload []byte

// WriteNodePreload puts the script for older versions of Node into dir and
// returns its path.
func WriteNodePreload(dir string) (string, error) {
	path := filepath.Join(dir, "node-preload.cjs")
	return path, os.WriteFile(path, nodePreload, 0o600)
}

// Variable is an environment variable.
type Variable struct{ Name, Value string }

// Variables are those that make a child process use the proxy at proxyURL
// ("http://host:port") and trust its certificates. inherited is the environment
// of the parent: variables that hold options of the user are extended.
func Variables(proxyURL string, f Files, inherited []string) []Variable {
	vars := []Variable{{"HTTPWHY_PROXY", proxyURL}}
	for _, name := range []string{
		"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "WS_PROXY", "WSS_PROXY",
		"CGI_HTTP_PROXY", "GLOBAL_AGENT_HTTP_PROXY", "npm_config_proxy", "npm_config_https_proxy",
	} {
		vars = append(vars, Variable{name, proxyURL})
	}
	// Empty, so that a program's requests to this machine come too.
	vars = append(vars, Variable{"NO_PROXY", ""}, Variable{"no_proxy", ""})
	for _, name := range []string{
		"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO",
		"AWS_CA_BUNDLE", "PERL_LWP_SSL_CA_FILE", "HTTPLIB2_CA_CERTS", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
		"CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "NIX_SSL_CERT_FILE",
		// What these name in a file of settings would come before the others.
		"PIP_CERT", "npm_config_cafile", "YARN_HTTPS_CA_FILE_PATH", "BUNDLE_SSL_CA_CERT",
	} {
		vars = append(vars, Variable{name, f.Bundle})
	}
	vars = append(vars,
		Variable{"NODE_EXTRA_CA_CERTS", f.CA}, Variable{"DENO_CERT", f.CA},
		Variable{"NODE_USE_ENV_PROXY", "1"})
	if f.NodePreload != "" {
		vars = append(vars, Variable{"NODE_OPTIONS", extend(inherited, "NODE_OPTIONS", `--require "`+f.NodePreload+`"`)})
	}
	if options := javaOptions(proxyURL, f.TrustStore); options != "" {
		vars = append(vars, Variable{"JAVA_TOOL_OPTIONS", extend(inherited, "JAVA_TOOL_OPTIONS", options)})
	}
	return vars
}

// javaOptions make a JVM use the proxy, also for this machine: without
// nonProxyHosts it leaves out localhost.
func javaOptions(proxyURL, trustStore string) string {
	if trustStore == "" || strings.ContainsAny(trustStore, " \t") {
		return "" // JAVA_TOOL_OPTIONS has no quoting
	}
	host, port, _ := strings.Cut(strings.TrimPrefix(proxyURL, "http://"), ":")
	return strings.Join([]string{
		"-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port,
		"-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port, "-Dhttp.nonProxyHosts=",
		"-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStoreType=PKCS12",
		"-Djavax.net.ssl.trustStorePassword=" + TrustStorePassword,
	}, " ")
}

// extend puts ours behind what the user had set in name.
func extend(environ []string, name, ours string) string {
	for _, entry := range slices.Backward(environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok && value != "" {
			return value + " " + ours
		}
	}
	return ours
}

// Environ is inherited with vars set, each name once.
func Environ(inherited []string, vars []Variable) []string {
	set := make(map[string]bool, len(vars))
	for _, v := range vars {
		set[v.Name] = true
	}
	environ := slices.DeleteFunc(slices.Clone(inherited), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return set[name]
	})
	for _, v := range vars {
		environ = append(environ, v.Name+"="+v.Value)
	}
	return environ
}
