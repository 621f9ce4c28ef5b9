package companion

import (
	"context"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// choices are the settings of Preferences: under which key each is kept, and what
// it may be, the usual value leading.
var choices = []struct {
	key     string
	of      func(*Preferences) *string
	allowed []string
}{
	{"theme", func(p *Preferences) *string { return &p.Theme }, []string{"system", "light", "dark"}},
	{"language", func(p *Preferences) *string { return &p.Language }, []string{"system", "en", "de"}},
}

// welcomedSetting is kept once the person has seen what the sandbox can show.
const welcomedSetting = "welcomed"

// Preferences are what the person set for the window; what cannot be read, or
// makes no sense any more, is as usual.
func (c *Companion) Preferences(ctx context.Context) (Preferences, error) {
	preferences := Preferences{Welcomed: true}
	for _, choice := range choices {
		*choice.of(&preferences) = choice.allowed[0]
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return preferences, nil
	}
	for _, choice := range choices {
		kept, err := c.personal.Setting(ctx, choice.key)
		if err != nil {
			return preferences, err
		}
		if slices.Contains(choice.allowed, kept) {
			*choice.of(&preferences) = kept
		}
	}
	if !c.config.Welcome {
		return preferences, nil
	}
	welcomed, err := c.personal.Setting(ctx, welcomedSetting)
	preferences.Welcomed = welcomed != ""
	return preferences, err
}

// SetPreferences keeps what the person set; an empty value is the usual one, an
// unknown one CodeInvalid.
func (c *Companion) SetPreferences(ctx context.Context, preferences Preferences) error {
	for _, choice := range choices {
		value := choice.of(&preferences)
		if *value == "" {
			*value = choice.allowed[0]
		}
		if !slices.Contains(choice.allowed, *value) {
			return billing.NewError(billing.CodeInvalid,
				"The "+choice.key+" is one of: "+strings.Join(choice.allowed, ", ")+".", nil)
		}
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return billing.NewError(billing.CodeUnreadable, "Settings cannot be kept: the data folder cannot be written.", nil)
	}
	for _, choice := range choices {
		if err := c.personal.SetSetting(ctx, choice.key, *choice.of(&preferences)); err != nil {
			return err
		}
	}
	if c.config.Welcome && preferences.Welcomed {
		return c.personal.SetSetting(ctx, welcomedSetting, "yes")
	}
	return nil
}
