package stripewire_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/stripewire"
)

func TestParseKey(t *testing.T) {
	for name, want := range map[string][]string{
		"limit": {"limit"}, "created[gte]": {"created", "gte"}, "expand[]": {"expand", ""}, "expand[0]": {"expand", "0"},
		"items[0][price]": {"items", "0", "price"}, "a[b][0][]": {"a", "b", "0", ""},
		"": nil, "[a]": nil, "a[": nil, "a[b": nil, "a]": nil, "a[b]c": nil, "a[b][": nil, "a[b[c]]": nil, "a[b]]": nil,
		"a[1][2][3][4][5][6][7]": {"a", "1", "2", "3", "4", "5", "6", "7"}, "a[1][2][3][4][5][6][7][8]": nil,
	} {
		key, err := stripewire.ParseKey(name)
		if !slices.Equal(key, want) || (err == nil) != (want != nil) {
			t.Errorf("%q: %q, %v", name, key, err)
		}
	}
}

func TestPatternLeavesPositionsOpen(t *testing.T) {
	for name, want := range map[string]string{
		"expand[0]": "expand[]", "expand[]": "expand[]", "items[12][price]": "items[][price]", "created[gte]": "created[gte]",
		"0": "0", "items[99999][price]": "items[99999][price]",
	} {
		key, err := stripewire.ParseKey(name)
		if err != nil || key.Pattern() != want {
			t.Errorf("%q: %q, %v", name, key.Pattern(), err)
		}
	}
}

func TestParseForm(t *testing.T) {
	for encoded, want := range map[string]string{
		"a=1&b=2":                          "[a=1 b=2]",
		"created%5Bgte%5D=5&created[lt]=9": "[created[gte]=5 created[lt]=9]",
		"a=x%20y+z&&b":                     "[a=x y z b=]",
		"expand[]=a&expand[]=b":            "[expand[]=a expand[]=b]",
		"a=1&a=2":                          "Received the parameter more than once: a",
		"expand[0]=a&expand[0]=b":          "Received the parameter more than once: expand[0]",
		"a=%zz":                            broken,
		"a=%ff":                            broken,
		"a[=1":                             broken,
		"=1":                               broken,
	} {
		form, err := stripewire.ParseForm(encoded)
		got := fmt.Sprint(pairs(form))
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", encoded, got, want)
		}
		var refused *stripewire.Error
		if err != nil && (!errors.As(err, &refused) || refused.Status != 400) {
			t.Errorf("%q: %#v", encoded, err)
		}
	}
}

const broken = "Invalid form encoding: every parameter must be a name=value pair of percent-encoded UTF-8."

func pairs(form stripewire.Form) (all []string) {
	for _, field := range form {
		all = append(all, field.Name()+"="+field.Value)
	}
	return all
}

func mustForm(tb testing.TB, encoded string) stripewire.Form {
	tb.Helper()
	form, err := stripewire.ParseForm(encoded)
	if err != nil {
		tb.Fatal(err)
	}
	return form
}

func TestListsAndGroups(t *testing.T) {
	for encoded, want := range map[string]string{
		"expand[]=a&expand[]=b":              "[a b]",
		"expand[1]=b&expand[0]=a":            "[a b]",
		"expand[]=c&expand[1]=b&expand[0]=a": "[a b c]",
		"expand=a&expands[]=b":               "[]",
	} {
		if got := fmt.Sprint(mustForm(t, encoded).List("expand")); got != want {
			t.Errorf("%q: %s, want %s", encoded, got, want)
		}
	}
	for encoded, want := range map[string]string{
		"items[1][price]=b&items[0][price]=a&items[0][quantity]=2": "[[price=a quantity=2] [price=b]]",
		"items[][price]=a&items[][quantity]=2&items[][price]=b":    "[[price=a quantity=2] [price=b]]",
		"items[0]=a&other[0][price]=b":                             "[]",
	} {
		var got [][]string
		for _, group := range mustForm(t, encoded).Groups("items") {
			got = append(got, pairs(group))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v, want %s", encoded, got, want)
		}
	}
	nested := mustForm(t, "address[city]=Bonn&billing[address][city]=Ulm&name=A")
	if got := fmt.Sprint(pairs(nested.Under("address")), pairs(nested.Under("billing").Under("address"))); got != "[city=Bonn] [city=Ulm]" {
		t.Error(got)
	}
	if value, present := nested.Get("name"); value != "A" || !present {
		t.Error("name is lost")
	}
	if _, present := nested.Get("address"); present {
		t.Error("an address of its own appeared")
	}
}

func TestAFormSurvivesItsEncoding(t *testing.T) {
	part := rapid.StringMatching(`[^\[\]]{1,6}`)
	rapid.Check(t, func(t *rapid.T) {
		var form stripewire.Form
		seen := map[string]bool{}
		for range rapid.IntRange(0, 8).Draw(t, "fields") {
			name := part.Draw(t, "head")
			for range rapid.IntRange(0, 4).Draw(t, "depth") {
				name += "[" + rapid.OneOf(part, rapid.Just(""), rapid.Just("0")).Draw(t, "part") + "]"
			}
			field, err := stripewire.NewField(name, rapid.String().Draw(t, "value"))
			if err != nil {
				t.Fatal(err)
			}
			if !seen[name] {
				form = append(form, field)
			}
			seen[name] = true
		}
		again, err := stripewire.ParseForm(form.Encode())
		if err != nil || !slices.Equal(pairs(form), pairs(again)) || form.Encode() != again.Encode() {
			t.Fatalf("%q became %q, %v", pairs(form), pairs(again), err)
		}
	})
}
