package inspector

import "testing"

func TestRespell(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v1/Users/": "/user", "/users": "/user", "/user": "/user", "//users//7": "/user/7",
		"/v2/items%2F7": "/item/7", "/orders/v2": "/order/v2", "/": "", "": "", "/bus": "/bus", "/%zz": "/%zz",
	} {
		if got := respell(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}
