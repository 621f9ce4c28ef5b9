package companion_test

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// The whole way: to the portal, a card entered there, back, and told. Nothing of
// the link or the card stays anywhere.
func TestACardIsAddedAndToldOf(t *testing.T) {
	s := newStage(t, "active")
	var fronted atomic.Int64
	defer s.Subscribe(func(event string) {
		if event == companion.EventFront {
			fronted.Add(1)
		}
	})()
	ticket, err := s.PlanHandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowAddCard})
	if err != nil || ticket.Host != "127.0.0.1" || ticket.Why != "card_entry" || ticket.Lands != "task" || !ticket.Allowed {
		t.Fatalf("the ticket is %+v, %v", ticket, err)
	}
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	if !state.Certain || state.Host != "127.0.0.1" || state.Returned || state.Number != 1 {
		t.Errorf("opened: %+v", state)
	}
	back := enter(t, s.links[0]).addCard()
	if !strings.Contains(back.page, "You can close this tab") {
		t.Fatalf("after the card: %s\n%s", back.at, back.page)
	}
	state = s.until(companion.HandOffChanged)
	if told(state.Changes) != "method_added default_method_changed" || !state.Returned || state.Changes[0].Method.Last4 != "5556" || fronted.Load() != 1 {
		t.Errorf("changed: %+v after %d times to the front", state, fronted.Load())
	}
	again, err := http.Get(back.at.String())
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Body.Close()
	state = s.until(companion.HandOffChanged)
	if told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("after a second return: %+v", state)
	}
	s.holdsNo(append(s.links, back.at.String(), back.at.Path[1:], cardNumber, "4000 0566 5566 5556", cardCode+"\"", "cvc")...)
}

func TestACancellationIsScheduledAndUndone(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowCancel}, companion.HandOffOpened)
	enter(t, s.links[0]).fill("/cancel")
	state := s.until(companion.HandOffChanged)
	if told(state.Changes) != "cancellation_scheduled" || !state.Changes[0].At.Known() || state.Changes[0].Plan != "Pro" {
		t.Fatalf("canceled: %+v", state.Changes)
	}
	if _, err := s.HandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel}); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("a second cancellation gives %v", err)
	}
	plan, err := s.Plan(t.Context(), "")
	if err != nil || plan.Next != nil || plan.Ending == nil || !plan.Ending.Scheduled || plan.Ending.At != state.Changes[0].At {
		t.Errorf("the plan is %+v, %v", plan.Ending, err)
	}
	s.begin(companion.HandOffRequest{Flow: companion.FlowUndo}, companion.HandOffOpened)
	enter(t, s.links[1]).fill("/keep")
	s.CheckHandOff() // nobody comes back from the first page by themselves
	if state := s.until(companion.HandOffChanged, companion.HandOffNothingYet); told(state.Changes) != "cancellation_undone" || state.Returned {
		t.Errorf("undone: %+v", state)
	}
}

func TestAReturnWithoutAChangeIsToldAsThat(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	s.CheckHandOff()
	state := s.until(companion.HandOffNothingYet)
	if state.Problem != nil || !state.Retry || len(state.Changes) != 0 || state.Returned {
		t.Errorf("nothing yet: %+v", state)
	}
	s.fails(http.StatusServiceUnavailable)
	s.CheckHandOff()
	s.until(companion.HandOffChecking)
	if state = s.until(companion.HandOffNothingYet); state.Problem == nil || state.Problem.Code != billing.CodeUnavailable {
		t.Errorf("looking failed: %+v", state)
	}
	s.fault.Store(nil)
	// It is never too late: the card that comes after all is seen by the next look.
	enter(t, s.links[0]).addCard()
	if state = s.until(companion.HandOffChanged); told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("later: %+v", state)
	}
	s.CancelHandOff()
	if state := s.HandOffState(); state.Phase != companion.HandOffNone || state.Number != 1 || state.Support == "" {
		t.Errorf("called off: %+v", state)
	}
}

// Whoever stops waiting for the browser has not stopped a sync of their own.
func TestAHandOffThatIsCalledOffLeavesNoFailedSync(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowHome}, companion.HandOffOpened)
	asked := make(chan struct{}, 8)
	silent := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	before := s.SyncState()
	s.fault.Store(&silent)
	s.CheckHandOff()
	<-asked
	s.CancelHandOff()
	s.fault.Store(nil)
	if after := s.SyncState(); after.Running || after.Problem != nil || after.AttemptedAt != before.AttemptedAt {
		t.Errorf("the sync is told of as %+v", after)
	}
}

func TestAPortalThatCannotBeHadSaysWhy(t *testing.T) {
	cut := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for name, one := range map[string]struct {
		status int // 0: the line is cut
		code   billing.Code
		retry  bool
	}{
		"offline":                    {0, billing.CodeOffline, true},
		"signed out":                 {http.StatusUnauthorized, billing.CodeSignedOut, true},
		"not allowed":                {http.StatusForbidden, billing.CodeForbidden, false},
		"turned off by the merchant": {http.StatusBadRequest, billing.CodeNotOffered, false},
		"out of order":               {http.StatusInternalServerError, billing.CodeUnavailable, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "active")
			if one.status == 0 {
				s.fault.Store(&cut)
			} else {
				s.fails(one.status)
			}
			state := s.begin(companion.HandOffRequest{Flow: companion.FlowHome}, companion.HandOffFailed)
			if state.Problem.Code != one.code || state.Problem.Message == "" || state.Retry != one.retry || state.Support != "help@quillforge.example" {
				t.Errorf("%+v, problem %+v", state, state.Problem)
			}
			if overview := mustOverview(t, s.Companion); len(overview.Subscriptions) != 1 || overview.InvoiceCount == 0 {
				t.Error("what was known is gone")
			}
			if len(s.links) != 0 {
				t.Error("a browser was opened")
			}
			s.fault.Store(nil)
			s.begin(companion.HandOffRequest{Flow: companion.FlowHome}, companion.HandOffOpened)
		})
	}
}

func TestWhatTheMerchantTurnedOffIsNotOffered(t *testing.T) {
	s := newStage(t, "active")
	configurations := func() string {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.api+"/v1/billing_portal/configurations", nil)
		request.Header.Set("Authorization", "Bearer "+s.key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		return regexp.MustCompile(`bpc_\w+`).FindString(string(body))
	}
	s.post("/v1/billing_portal/configurations/"+configurations(), "features[subscription_cancel][enabled]", "false")
	// Before the next full pull only the portal itself knows.
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowCancel}, companion.HandOffFailed)
	if state.Problem.Code != billing.CodeNotOffered {
		t.Errorf("refused as %+v", state.Problem)
	}
	if _, err := s.Pull(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	ticket, err := s.PlanHandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel})
	if err != nil || ticket.Allowed {
		t.Errorf("the ticket is %+v, %v", ticket, err)
	}
	if _, err := s.HandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel}); billing.CodeOf(err) != billing.CodeNotOffered {
		t.Errorf("HandOff gives %v", err)
	}
	if plan, err := s.Plan(t.Context(), ""); err != nil || plan.Portal.Cancel || !plan.Portal.ChangePlan {
		t.Errorf("the plan says %+v, %v", plan.Portal, err)
	}
}

func TestWithoutABrowserThereIsTheLinkOnce(t *testing.T) {
	s := newStage(t, "active")
	none := func(address string) error { return errors.New("cannot open " + address) }
	s.browser.Store(&none)
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffCouldNotOpen)
	if state.Problem.Code != billing.CodeNoBrowser || !state.LinkReady || !state.Retry {
		t.Errorf("%+v, problem %+v", state, state.Problem)
	}
	link, err := s.CopyHandOffLink()
	if err != nil || link != s.links[0] {
		t.Fatalf("%q, %v", link, err)
	}
	if again, err := s.CopyHandOffLink(); again != "" || billing.CodeOf(err) != billing.CodeNotFound || s.HandOffState().LinkReady {
		t.Errorf("a second time gives %q, %v", again, err)
	}
	enter(t, link).addCard()
	if state := s.until(companion.HandOffChanged); told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("%+v", state)
	}
	s.holdsNo(link, cardNumber)
}

func TestANewHandOffTakesTheOldOnesPlace(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowHome, Silent: true}, companion.HandOffOpened)
	if state.Number != 2 || state.Flow != companion.FlowHome || state.Certain || !state.LinkReady || len(s.links) != 1 {
		t.Errorf("%+v, %d browsers", state, len(s.links))
	}
	for _, request := range []companion.HandOffRequest{
		{Flow: "everything"}, {Flow: companion.FlowUndo}, {Flow: companion.FlowPayInvoice, InvoiceID: "in_none"}, {Flow: companion.FlowCancel, SubscriptionID: "sub_none"},
	} {
		if _, err := s.HandOff(t.Context(), request); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v gives %v", request, err)
		}
	}
	if state := s.HandOffState(); state.Number != 2 {
		t.Errorf("what makes no sense took its place: %+v", state)
	}
}
