package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// git runs git without the settings of this machine and its user.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Test", "-c", "user.email=test@example.test"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestGit clones over https, and pushes in chunks: git's own server behind it
// checks every byte by its object's digest.
func TestGit(t *testing.T) {
	need(t, "git")
	backend := filepath.Join(git(t, ".", "--exec-path"), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		t.Skip("git-http-backend is not installed")
	}
	root := t.TempDir()
	bare, work := filepath.Join(root, "repo.git"), filepath.Join(root, "work")
	git(t, root, "init", "-q", "--bare", "-b", "main", bare)
	git(t, bare, "config", "http.receivepack", "true")
	git(t, root, "clone", "-q", bare, work)
	commit := func(dir, name string) {
		for i := range 50 {
			text := strings.Repeat(fmt.Sprintf("%s %d\n", name, i), 2000)
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(name, i)), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		git(t, dir, "add", ".")
		git(t, dir, "commit", "-q", "-m", name)
	}
	commit(work, "first")
	git(t, work, "push", "-q", "origin", "HEAD:main")

	o, pem := tlsOrigin(t, &cgi.Handler{
		Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=test"},
	}, true)
	cloned := filepath.Join(root, "cloned")
	_, rows := underRun(t, pem, "git", "clone", "-q", o.URL+"/repo.git", cloned)
	if a, b := git(t, cloned, "rev-parse", "HEAD"), git(t, bare, "rev-parse", "main"); a != b {
		t.Errorf("cloned %s, want %s", a, b)
	}
	if len(rows) < 2 || rows[0].MIME != "application/x-git-upload-pack-advertisement" || rows[0].Proto != "HTTP/2.0" {
		t.Errorf("recorded %+v", rows)
	}

	commit(cloned, "second")
	_, rows = underRun(t, pem, "git", "-C", cloned, "-c", "http.postBuffer=1024", "push", "-q", "origin", "HEAD:main")
	if a, b := git(t, cloned, "rev-parse", "HEAD"), git(t, bare, "rev-parse", "main"); a != b {
		t.Errorf("pushed %s, the server has %s", a, b)
	}
	if last := rows[len(rows)-1]; last.Method != http.MethodPost || last.RequestBytes < 4096 {
		t.Errorf("recorded %+v", rows)
	}
}

// npmPackage is a package as a registry keeps it.
func npmPackage(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{
		"package/package.json": `{"name":"pad","version":"1.2.3","main":"index.js"}`,
		"package/index.js":     `module.exports = "padded"; // ` + strings.Repeat("x", 100_000),
	} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return packed.Bytes()
}

func port(t *testing.T, originURL string) string {
	t.Helper()
	u, err := url.Parse(originURL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

// TestNpmInstall installs from a registry of one package, whose digest npm
// checks.
func TestNpmInstall(t *testing.T) {
	need(t, "npm")
	archive := npmPackage(t)
	digest := sha512.Sum512(archive)
	ca := newAuthority(t, "registry authority", nil)
	o := originAs(t, ca.leaf(t, nil), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pad":
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]any{
				"name": "pad", "dist-tags": map[string]string{"latest": "1.2.3"},
				"versions": map[string]any{"1.2.3": map[string]any{
					"name": "pad", "version": "1.2.3", "dist": map[string]string{
						"tarball":   "https://" + r.Host + "/pad/-/pad-1.2.3.tgz",
						"integrity": "sha512-" + base64.StdEncoding.EncodeToString(digest[:]),
					},
				}},
			})
		case "/pad/-/pad-1.2.3.tgz":
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(archive)
		default:
			http.NotFound(w, r)
		}
	}))
	dir := t.TempDir()
	// With a cafile npm trusts nothing else, whatever NODE_EXTRA_CA_CERTS says.
	if err := os.WriteFile(filepath.Join(dir, ".npmrc"), []byte("cafile="+ca.file(t)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// By name: behind any proxy npm checks the certificate of an address against "localhost".
	registry := "https://localhost:" + port(t, o.URL)
	_, rows := underRun(t, ca.file(t), "npm", "install", "--prefix", dir, "--registry", registry, "--no-audit", "--no-fund",
		"--no-update-notifier", "--fetch-retries", "0", "pad")
	installed, err := os.ReadFile(filepath.Join(dir, "node_modules/pad/index.js"))
	if err != nil || !bytes.HasPrefix(installed, []byte(`module.exports = "padded"`)) {
		t.Errorf("installed %d bytes, %v", len(installed), err)
	}
	if len(rows) != 2 || rows[1].ResponseBytes != int64(len(archive)) {
		t.Errorf("recorded %+v", rows)
	}
}
