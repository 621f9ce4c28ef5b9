package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"billfold/backend/stripewire"
)

// Scenario is a ready-made account that a sandbox can start with.
type Scenario struct {
	// Name is what it is chosen by.
	Name string
	// Description says in one sentence what is to be seen.
	Description string
}

// scenario is a Scenario with the way to make it.
type scenario struct {
	Scenario
	seller seller
	// inscribe, if set, makes invoice numbers; the real ones are a prefix of the
	// customer and a sequence.
	inscribe func(n int64) string
	// loneSurrogates puts an escape that is half a character into the answers, in
	// place of loneMark. JSON allows it; Go cannot hold it in a string.
	loneSurrogates bool
	// seed does what really happens in such an account; it ends at now and gives
	// the subscriber's customer id.
	seed func(s *seeding, now time.Time) (customerID string)
}

// seller is the merchant that the account belongs to.
type seller struct {
	name, country, descriptor string
	// what is on its documents
	email, taxLabel, taxID string
	address                address
}

var quillforge = seller{
	name: "Quillforge, Inc.", country: "US", descriptor: "QUILLFORGE", email: "billing@quillforge.example",
	taxLabel: "US EIN", taxID: "98-7654321",
	address: address{Line1: "220 Harbor Way", Line2: "Suite 410", City: "Portland", State: "OR", PostalCode: "97209", Country: "US"},
}

// DefaultScenario is the one a sandbox starts with when none is named.
const DefaultScenario = "active"

func allScenarios() []scenario {
	return slices.Concat([]scenario{activeScenario(), newScenario()}, lifeScenarios(), []scenario{manyScenario(), hostileScenario()})
}

// Scenarios lists what a sandbox can start with, the default first.
func Scenarios() []Scenario {
	var public []Scenario
	for _, s := range allScenarios() {
		public = append(public, s.Scenario)
	}
	return public
}

func scenarioNamed(name string) (scenario, error) {
	var names []string
	for _, s := range allScenarios() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return scenario{}, fmt.Errorf("there is no scenario %q; there are %s", name, strings.Join(names, ", "))
}

// seeding makes an account by the requests an integrator would make, each at its
// own time. The first failure stops it.
type seeding struct {
	*world
	stopped func() error
	err     error
}

// seeded makes the world of a scenario as it is at the instant seededAt.
func seeded(ctx context.Context, s scenario, seededAt int64, pages links) (*world, string, error) {
	w := newWorld(s, seededAt)
	w.links = pages
	w.links.today = func() int64 { return w.clock / day }
	w.portalConfigs.add(w.usualPortal())
	w.clock = 0
	making := &seeding{world: w, stopped: ctx.Err}
	id := s.seed(making, time.Unix(seededAt, 0).UTC())
	making.at(time.Unix(seededAt, 0))
	if making.err != nil {
		return nil, "", fmt.Errorf("seed scenario %s: %w", s.Name, making.err)
	}
	return w, id, nil
}

// at lets time pass until then.
func (s *seeding) at(then time.Time) {
	if s.err == nil {
		s.err = s.stopped()
	}
	if s.err == nil {
		s.advance(then.Unix())
	}
}

// post makes a write request; pairs are names and values of its parameters. It
// gives the id of the answer.
func (s *seeding) post(path string, pairs ...string) string {
	if s.err != nil {
		return ""
	}
	form := make(stripewire.Form, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		field, err := stripewire.NewField(pairs[i], pairs[i+1])
		if err != nil {
			s.err = err
			return ""
		}
		form = append(form, field)
	}
	answer, err := s.handle(http.MethodPost, path, form)
	if err != nil {
		s.err = fmt.Errorf("POST %s: %w", path, err)
		return ""
	}
	return idOf(answer)
}

// idOf is the id of an object that a write answered with.
func idOf(answer any) string {
	switch o := answer.(type) {
	case *customer:
		return o.ID
	case *taxID:
		return o.ID
	case *product:
		return o.ID
	case *price:
		return o.ID
	case *taxRate:
		return o.ID
	case *paymentMethod:
		return o.ID
	case *subscription:
		return o.ID
	case *invoiceItem:
		return o.ID
	case *invoice:
		return o.ID
	case *refund:
		return o.ID
	case *creditNote:
		return o.ID
	case *coupon:
		return o.ID
	case *schedule:
		return o.ID
	}
	return ""
}
