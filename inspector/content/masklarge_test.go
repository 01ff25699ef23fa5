package content

import (
	"strings"
	"testing"
)

func TestMaskLargeFindsWhatMaskTextFinds(t *testing.T) {
	filler := strings.Repeat(`  { "id": 1, "name": "user one", "note": "lorem ipsum dolor" },`+"\n", 200)
	for _, secret := range []string{
		`  "password": "correct horse battery",`,
		`  "api_key": "0123456789abcdef0123",`,
		`  "Access-Token": "0123456789abcdef0123",`,
		`Authorization: Bearer 0123456789abcdef0123`,
		`Cookie: session=0123456789abcdef0123`,
		`see https://user:hunter2@example.test/`,
		`eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl`,
		`sk_live_0123456789abcdef`,
		`code=1&client_secret=0123456789abcdef0123&x=1`,
	} {
		masked := MaskText(secret)
		if masked == secret {
			t.Errorf("MaskText leaves %s", secret)
		}
		if got := MaskLarge(filler + secret + "\n" + filler); got != filler+masked+"\n"+filler {
			t.Errorf("%s is not masked in a large text", secret)
		}
		line := strings.Repeat(`{"id":1,"name":"user one"},`, 400)
		member := `{"password":"correct horse battery"},`
		if got := MaskLarge(line + member + line); strings.Contains(got, "battery") || len(got) >= len(line+member+line) {
			t.Error("a secret in a long line is not masked")
		}
	}
	if got := MaskLarge(filler); got != filler {
		t.Error("text without secrets changed")
	}
}
