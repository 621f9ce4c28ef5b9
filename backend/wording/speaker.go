// Package wording says how an account stands, and what a subscriber is told of, in the
// sentences of the window's catalogue, for what speaks outside of the window.
package wording

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"billfold/backend/billing"
	"billfold/frontend/messages"
)

// Speaker speaks one language of the catalogue.
type Speaker struct {
	language string
	zone     *time.Location
}

// Languages are those that can be spoken, the one that stands in for others leading.
func Languages() []string { return messages.Languages() }

// In speaks one of Languages, the first of them for one that is not there. Instants are in the zone, nil for that of this computer.
func In(language string, zone *time.Location) Speaker {
	if !slices.Contains(Languages(), language) {
		language = Languages()[0]
	}
	if zone == nil {
		zone = time.Local
	}
	return Speaker{language: language, zone: zone}
}

// Language is the first of some tags, such as de_AT.UTF-8 or de-AT, that the catalogue
// has; its own first language where it has none of them.
func Language(tags ...string) string {
	for _, tag := range tags {
		end := strings.IndexAny(tag+"-", "-_.@")
		if language := strings.ToLower(tag[:end]); slices.Contains(Languages(), language) {
			return language
		}
	}
	return Languages()[0]
}

// Say is a message of the catalogue, with values in its places as messages.Fill takes
// them.
func (s Speaker) Say(key string, namesAndValues ...string) string {
	return messages.Fill(messages.Of(s.language)[key], namesAndValues...)
}

// Count is a message that depends on a number.
func (s Speaker) Count(key string, count int64) string {
	form := "/other"
	if count == 1 {
		form = "/one"
	}
	number := strconv.FormatInt(count, 10)
	return s.Say(key+form, "count", number, "number", number)
}

// layouts are how a language writes a day, and an instant with its zone.
var layouts = map[string]struct{ day, instant, point string }{
	"en": {"Jan 2, 2006", "Jan 2, 2006, 3:04 PM MST", "."},
	"de": {"02.01.2006", "02.01.2006, 15:04 MST", ","},
}

// Day writes a document's day, in UTC; "" when it is not known.
func (s Speaker) Day(at billing.Time) string {
	if !at.Known() {
		return ""
	}
	return at.Go().UTC().Format(layouts[s.language].day)
}

// Moment writes an instant with its zone; "" when it is not known.
func (s Speaker) Moment(at billing.Time) string {
	if !at.Known() {
		return ""
	}
	return at.Go().In(s.zone).Format(layouts[s.language].instant)
}

// Money writes an amount with its currency's code, which no terminal has to guess at.
func (s Speaker) Money(amount billing.Money) string {
	return strings.Replace(amount.String(), ".", layouts[s.language].point, 1)
}

// List writes several things in a row.
func (s Speaker) List(of []string) string {
	if len(of) < 2 {
		return strings.Join(of, "")
	}
	key, last := "list_two", len(of)-1
	if last > 1 {
		key = "list_more"
	}
	return s.Say(key, "begin", strings.Join(of[:last], ", "), "end", of[last])
}
