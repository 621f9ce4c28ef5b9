package messages_test

import (
	"testing"

	"billfold/frontend/messages"
)

func TestEveryLanguageIsThere(t *testing.T) {
	for _, language := range messages.Languages() {
		if of := messages.Of(language); len(of) < 100 || of["standing_state_good"] == "" {
			t.Errorf("%s has %d messages", language, len(of))
		}
	}
	if messages.Of("xx") != nil {
		t.Error("a language that is not there has messages")
	}
}

func TestWhatDependsOnANumberHasBothForms(t *testing.T) {
	of := messages.Of("de")
	if of["interval_month/one"] != "pro Monat" || of["interval_month/other"] != "alle {count} Monate" {
		t.Errorf("%q and %q", of["interval_month/one"], of["interval_month/other"])
	}
}

func TestValuesTakeTheirPlacesOnce(t *testing.T) {
	got := messages.Fill("{a} and {b}, not {c}", "a", "{b}", "b", "2")
	if want := "{b} and 2, not {c}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
