package billing_test

import (
	"testing"
	"time"

	"billfold/backend/billing"

	"pgregory.net/rapid"
)

func TestUnknownTimeIsNever1970(t *testing.T) {
	var unknown billing.Time
	if unknown.Known() {
		t.Error("the zero value is known")
	}
	if got := unknown.Go(); !got.IsZero() || got.Year() == 1970 {
		t.Errorf("unknown is %v", got)
	}
	if got := billing.At(time.Time{}); got.Known() {
		t.Errorf("the zero time.Time is known as %d", got)
	}
}

func TestTimeSurvivesTheWayThroughGo(t *testing.T) {
	east := time.FixedZone("east", 9*3600)
	rapid.Check(t, func(t *rapid.T) {
		want := billing.Time(rapid.Int64Range(-4_000_000_000, 253_402_300_799).Draw(t, "seconds"))
		if got := billing.At(want.Go().In(east)); got != want {
			t.Fatalf("%d comes back as %d", want, got)
		}
		if want.Known() && want.Go().Location() != time.UTC {
			t.Fatalf("%v is not in UTC", want.Go())
		}
	})
}

func TestEarliestIgnoresTheUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		times []billing.Time
		want  billing.Time
	}{
		"nothing is unknown":           {nil, 0},
		"only unknown is unknown":      {[]billing.Time{0, 0}, 0},
		"unknown first":                {[]billing.Time{0, 20, 10}, 10},
		"unknown last":                 {[]billing.Time{20, 10, 0}, 10},
		"one alone":                    {[]billing.Time{7}, 7},
		"before 1970 is still a time":  {[]billing.Time{5, -5, 0}, -5},
		"the same instant given twice": {[]billing.Time{9, 9}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			if got := billing.Earliest(c.times...); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
