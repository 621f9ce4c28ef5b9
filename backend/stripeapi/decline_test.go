package stripeapi_test

import (
	"net/http"
	"testing"
)

func TestAHiddenReasonIsNeverLearned(t *testing.T) {
	for reason, want := range map[string]string{
		"fraudulent": "generic_decline", "lost_card": "generic_decline", "stolen_card": "generic_decline",
		"pickup_card": "generic_decline", "merchant_blacklist": "generic_decline", "highest_risk_level": "generic_decline",
		"insufficient_funds": "insufficient_funds", "do_not_honor": "do_not_honor",
	} {
		t.Run(reason, func(t *testing.T) {
			declined := with(MustFixture(t, "charge"), object{
				"status": "failed", "failure_code": "card_declined", "outcome": object{"reason": reason}, "refunds": page(false),
			})
			server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, page(false, declined)) })
			payments, err := MustClient(t, server.URL, nil).Payments(t.Context(), 0)
			if err != nil || len(payments) != 1 || payments[0].DeclineCode != want || payments[0].FailureCode != "card_declined" {
				t.Errorf("%+v, %v", payments, err)
			}
		})
	}
}
