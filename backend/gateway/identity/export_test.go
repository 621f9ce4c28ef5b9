package identity

import "time"

// FileAt is FromFile with a clock.
func FileAt(path string, now func() time.Time) (Lookup, error) { return fromFile(path, now) }
