package billing

import "time"

// Time is an instant in Unix seconds, as Stripe has it. 0 means unknown, never
// the year 1970.
type Time int64

// At turns a time.Time into a Time; the zero time.Time is unknown.
func At(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.Unix())
}

// Known tells whether the instant is known.
func (t Time) Known() bool { return t != 0 }

// Go gives the instant as a time.Time in UTC; unknown gives the zero time.Time.
func (t Time) Go() time.Time {
	if !t.Known() {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

// Earliest gives the earliest known instant, or unknown when none is known.
func Earliest(times ...Time) Time {
	var first Time
	for _, t := range times {
		if t.Known() && (!first.Known() || t < first) {
			first = t
		}
	}
	return first
}
