package instance

// What the tests outside need to know of the limits.
const (
	HearingTakes = hearingTakes
	AtOnce       = atOnce
)
