package endpoint

import (
	"encoding/json"
	"testing"
)

func TestOf(t *testing.T) {
	for target, want := range map[string][2]string{
		"https://API.test/users/42?x=1": {"api.test", "/users/{id}"},
		"http://u:p@h:8080":             {"h:8080", "/"},
		"http://h?x=/a/1":               {"h", "/"},
		"http://h/v1/items/7f9c24e8-3b12-4c0e-9d55-1f2a3b4c5d6e/parts": {"h", "/v1/items/{id}/parts"},
		"http://h/static/app.3f2a9c1b.js":                              {"h", "/static/app.3f2a9c1b.js"},
		"http://h/oauth2/token":                                        {"h", "/oauth2/token"},
		"http://h/users/ann%40example.test/mail":                       {"h", "/users/{id}/mail"},
		"http://h/reports/2026-11-22":                                  {"h", "/reports/{id}"},
		"http://h/customers/cus_NffrFeUfNV2Hib":                        {"h", "/customers/{id}"},
		"http://h/feedback/facade/dead":                                {"h", "/feedback/facade/dead"},
		"http://h/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20":  {"h", "/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/{id}/…"},
		"h.test:443": {"h.test:443", "/"},
	} {
		host, template := Of(target)
		if got := [2]string{host, template}; got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
}

func TestFormAndSays(t *testing.T) {
	for _, test := range []struct{ text, form, says string }{
		{`{"message":"user 42 was not found"}`, `{"message"}`, "user # was not found"},
		{`{"error":{"code":"not_found","message":"gone"},"request_id":"1"}`, `{"error":{"message"}}`, "not_found"},
		{`{"error":"user not found"}`, `{"error"}`, "user not found"},
		{`{"type":"about:blank","title":"Bad Request","status":400}`, `{"title"}`, ""},
		{`{"detail":[{"loc":["body"],"msg":"x"}]}`, `{"detail":[{"msg"}]}`, ""},
		{`{"errors":{"name":["no"]}}`, `{"errors":{FIELD}}`, ""},
		{`{"errors":["a"]}`, `{"errors":[TEXT]}`, ""},
		{`{"code":"404","message":"Not Found"}`, `{"message"}`, ""},
		{`[]`, "", ""},
		{`{"data":1}`, "", ""},
	} {
		var v any
		if err := json.Unmarshal([]byte(test.text), &v); err != nil {
			t.Fatal(err)
		}
		if got := Form(v); got != test.form {
			t.Errorf("%s: form %q, want %q", test.text, got, test.form)
		}
		if got := Says(v); got != test.says {
			t.Errorf("%s: says %q, want %q", test.text, got, test.says)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("http://h/users/1?x")
	f.Fuzz(func(t *testing.T, target string) {
		host, template := Of(target)
		if template == "" {
			t.Errorf("%q: host %q, no template", target, host)
		}
		if again := Template(template); again != template && len(template) < 200 {
			t.Errorf("%q: %q becomes %q", target, template, again)
		}
	})
}
