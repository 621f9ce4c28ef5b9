package billing

// AccessPolicy is what becomes of access while a subscription is past due.
type AccessPolicy string

// The policies; no status tells which of them a vendor has.
const (
	AccessUnknown AccessPolicy = ""      // the vendor has not said
	AccessKept    AccessPolicy = "kept"  // as long as it is past due
	AccessGrace   AccessPolicy = "grace" // for GraceDays after the first failure
	AccessLost    AccessPolicy = "lost"  // at once
)

// Policy is what only the vendor knows and has to say. The zero value is a vendor
// that has said nothing: past due then counts as access lost.
type Policy struct {
	WhilePastDue AccessPolicy `json:"while_past_due"`
	// GraceDays counts from the first failed attempt; it is used with AccessGrace.
	GraceDays int64 `json:"grace_days"`
	// Lost says in the vendor's words what is lost without access, "" when not told.
	Lost string `json:"lost"`
	// Support is where the vendor can be reached, "" when not told.
	Support string `json:"support"`
}

// access says how a subscription stands that is past due since that instant,
// which may be unknown, and until when access lasts.
func (p Policy) access(since, now Time) (StandingState, Consequence, Time, []UnknownFact) {
	switch p.WhilePastDue {
	case AccessKept:
		return StandingAtRisk, ConsequenceAccessKept, 0, nil
	case AccessLost:
		return StandingAccessLost, ConsequenceAccessLost, 0, nil
	case AccessGrace:
		if !since.Known() {
			return StandingAccessLost, ConsequenceAccessPresumedLost, 0, []UnknownFact{UnknownGraceStart, UnknownAccess}
		}
		until := since + Time(max(p.GraceDays, 0))*day
		if now < until {
			return StandingAtRisk, ConsequenceAccessUntil, until, nil
		}
		return StandingAccessLost, ConsequenceAccessLost, 0, nil
	default:
		return StandingAccessLost, ConsequenceAccessPresumedLost, 0, []UnknownFact{UnknownGracePolicy, UnknownAccess}
	}
}
