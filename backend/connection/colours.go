package connection

import (
	"log/slog"
	"strings"

	"billfold/backend/accent"
)

// Sheet is the vendor's colours as the window reads them, "" where there are none.
func (c Chosen) Sheet() string {
	if sheet, ok := c.colours(); ok {
		return sheet.CSS()
	}
	return ""
}

func (c Chosen) colours() (accent.Sheet, bool) {
	if c.vendor == nil {
		return accent.Sheet{}, false
	}
	return accent.Of(c.vendor.Colours.Accent, c.vendor.Colours.AccentDark)
}

// warnOfColours tells whoever tries a vendor's file which colours could not be read as
// they are.
func (c Chosen) warnOfColours(log *slog.Logger) {
	sheet, ok := c.colours()
	if !ok {
		return
	}
	given := c.vendor.Colours
	for _, one := range []struct{ theme, given, used string }{
		{"light", given.Accent, sheet.Light.Accent}, {"dark", given.AccentDark, sheet.Dark.Accent},
	} {
		if one.given != "" && !strings.EqualFold(one.given, one.used) {
			log.Warn("the vendor's colour has too little contrast, and another is used", "theme", one.theme, "given", one.given, "used", one.used)
		}
	}
}
