package accent_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/accent"
)

// contrast is reckoned here from the text of WCAG 2.2, apart from the code.
func contrast(a, b string) float64 {
	first, second := luminance(a), luminance(b)
	return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}

func luminance(hex string) float64 {
	value, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		panic(hex)
	}
	sum := 0.0
	for at, weight := range []float64{0.0722, 0.7152, 0.2126} {
		channel := float64(value>>(8*at)&0xff) / 255
		if channel <= 0.04045 {
			channel /= 12.92
		} else {
			channel = math.Pow((channel+0.055)/1.055, 2.4)
		}
		sum += weight * channel
	}
	return sum
}

// surfaces are what accents stand on, as the window's own tokens have them: the page,
// and the notices, which have links.
func surfaces(t *testing.T) (light, dark []string) {
	t.Helper()
	tokens, err := os.ReadFile("../../frontend/src/style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	_, css, _ := strings.Cut(string(tokens), ":root[data-theme='light'] {")
	found := regexp.MustCompile(`(?m)^\s*--(?:surface(?:-[a-z]+)?|(?:neutral|good|info|warn|bad)-fill): (#[0-9a-f]{6});`).FindAllStringSubmatch(css, -1)
	const each = 4 + 5
	if len(found) != 3*each {
		t.Fatalf("the tokens have %d surfaces", len(found))
	}
	for at, one := range found {
		switch {
		case at < each:
			light = append(light, one[1])
		case at < 2*each:
			dark = append(dark, one[1])
		}
	}
	return light, dark
}

func colour() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(t, "rgb")) })
}

func TestWhateverTheVendorChoseCanBeRead(t *testing.T) {
	light, dark := surfaces(t)
	rapid.Check(t, func(rt *rapid.T) {
		sheet, ok := accent.Of(colour().Draw(rt, "light"), colour().Draw(rt, "dark"))
		if !ok {
			rt.Fatal("it is no colour")
		}
		for _, one := range []struct {
			colours  accent.Colours
			surfaces []string
		}{{sheet.Light, light}, {sheet.Dark, dark}} {
			c := one.colours
			for _, behind := range append(slices.Clone(one.surfaces), c.Fill) {
				if got := contrast(c.Accent, behind); got < accent.Enough {
					rt.Errorf("%s on %s has %.3f", c.Accent, behind, got)
				}
				if got := contrast(c.Hover, behind); got < accent.Enough {
					rt.Errorf("hovered, %s on %s has %.3f", c.Hover, behind, got)
				}
			}
			for _, behind := range []string{c.Accent, c.Hover} {
				if got := contrast(c.Ink, behind); got < accent.Enough {
					rt.Errorf("%s on %s has %.3f", c.Ink, behind, got)
				}
			}
		}
	})
}

func TestAColourThatCanBeReadStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		once, _ := accent.Of(colour().Draw(rt, "light"), colour().Draw(rt, "dark"))
		twice, _ := accent.Of(once.Light.Accent, once.Dark.Accent)
		if once.Light.Accent != twice.Light.Accent || once.Dark.Accent != twice.Dark.Accent {
			rt.Errorf("%+v, then %+v", once, twice)
		}
	})
	// Billfold's own are such colours.
	if own, _ := accent.Of("#1f4fbf", "#8fb0ff"); own.Light.Accent != "#1f4fbf" || own.Dark.Accent != "#8fb0ff" {
		t.Errorf("%+v", own)
	}
}

// TestAGreyLooksLikeNothingThatIsOff: halfway between black and white it would be taken
// for muted text, and a button for one that cannot be pressed.
func TestAGreyLooksLikeNothingThatIsOff(t *testing.T) {
	for _, c := range []struct{ given, onLight, onDark string }{
		{"#111111", "#111111", ""}, {"#ffffff", "", "#ffffff"}, {"#777777", "", ""}, {"#1d1f24", "#1d1f24", ""},
	} {
		sheet, _ := accent.Of(c.given, "")
		if c.onLight != "" && sheet.Light.Accent != c.onLight || c.onDark != "" && sheet.Dark.Accent != c.onDark {
			t.Errorf("%s could be read, and is %+v", c.given, sheet)
		}
		if got := contrast(sheet.Light.Accent, "#5d5952"); c.onLight == "" && got < 2 {
			t.Errorf("%s is %s in light, which is muted text's but for %.2f", c.given, sheet.Light.Accent, got)
		}
		if got := contrast(sheet.Dark.Accent, "#aca69b"); c.onDark == "" && got < 1.8 {
			t.Errorf("%s is %s in dark, which is muted text's but for %.2f", c.given, sheet.Dark.Accent, got)
		}
	}
	if own, _ := accent.Of("#111111", "#969797"); own.Dark.Accent != "#969797" {
		t.Errorf("the vendor's own choice can be read, and is %+v", own.Dark)
	}
}

func TestOneColourIsEnough(t *testing.T) {
	one, ok := accent.Of("#0b6a66", "")
	other, ok2 := accent.Of("", "#0b6a66")
	if !ok || !ok2 || one != other || one.Light.Accent != "#0b6a66" || one.Dark.Accent == "#0b6a66" {
		t.Errorf("%+v, %+v", one, other)
	}
	for _, none := range [][2]string{{"", ""}, {"red", ""}, {"#12345", "#123456"}, {"#123456", "url(x)"}} {
		if sheet, ok := accent.Of(none[0], none[1]); ok {
			t.Errorf("%v is %+v", none, sheet)
		}
	}
}

func TestTheSheetNamesThePagesTokensAndNothingElse(t *testing.T) {
	sheet, _ := accent.Of("#ffe600", "")
	css := sheet.CSS()
	if !strings.HasPrefix(css, "@media not all and (prefers-contrast: more) {") {
		t.Errorf("it is for who asks for more contrast, too: %s", css)
	}
	tokens, err := os.ReadFile("../../frontend/src/style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`--[a-z-]+`).FindAllString(css, -1) {
		if !strings.Contains(string(tokens), name+": ") {
			t.Errorf("the page has no %s", name)
		}
	}
	if strings.Count(css, "{") != strings.Count(css, "}") || strings.ContainsAny(css, "<\\\"") || strings.Contains(css, "url") {
		t.Errorf("not plain: %s", css)
	}
}
