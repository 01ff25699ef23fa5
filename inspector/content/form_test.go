package content

import (
	"fmt"
	"slices"
	"testing"
)

func TestParseForm(t *testing.T) {
	got := ParseForm("b=1&a=x+y%20z&a=%zz&flag&=v&&c=%C3%A9=%\n")
	var list []string
	for _, p := range got {
		list = append(list, fmt.Sprintf("%s=%s bare:%v problem:%v", p.Name, p.Value, p.Bare, p.Problem != ""))
	}
	want := []string{
		"b=1 bare:false problem:false", "a=x y z bare:false problem:false", "a=%zz bare:false problem:true",
		"flag= bare:true problem:false", "=v bare:false problem:false", "c=é=% bare:false problem:true",
	}
	if !slices.Equal(list, want) {
		t.Errorf("got %q", list)
	}
}
