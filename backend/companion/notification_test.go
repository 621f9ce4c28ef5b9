package companion_test

import (
	"slices"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

func mustNotify(t *testing.T, c *companion.Companion) (kinds []billing.NotificationKind) {
	t.Helper()
	due, err := c.Notifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range due {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

func TestAScenarioIsToldOfOnce(t *testing.T) {
	for scenario, want := range map[string][]billing.NotificationKind{
		"active": nil, "new": nil, "past-due": {billing.NotifyPaymentFailed}, "needs-confirmation": {billing.NotifyConfirmation},
		"unpaid": {billing.NotifyAccessLost}, "card-expiring": {billing.NotifyCardExpires}, "deleted-customer": nil,
	} {
		t.Run(scenario, func(t *testing.T) {
			c := mustOpen(t, scenario, nil)
			if early := mustNotify(t, c); early != nil {
				t.Errorf("before the first sync: %v", early)
			}
			if _, err := c.Pull(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			if first := mustNotify(t, c); !slices.Equal(first, want) {
				t.Errorf("tells %v, want %v", first, want)
			}
			if _, err := c.Pull(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			if again := mustNotify(t, c); again != nil {
				t.Errorf("tells again %v", again)
			}
		})
	}
}

func TestNotificationSettingsAreKept(t *testing.T) {
	c := mustOpen(t, "past-due", nil)
	if usual, err := c.NotificationSettings(t.Context()); err != nil || len(usual.Off) != 0 || !slices.Equal(usual.YearlyRenewalDays, []int64{14, 3}) {
		t.Errorf("usual: %+v, %v", usual, err)
	}
	for name, wrong := range map[string]billing.NotificationSettings{
		"an unknown kind":  {Off: []billing.NotificationKind{"weather"}},
		"no day at all":    {RenewalDays: []int64{0}},
		"a year ahead":     {YearlyRenewalDays: []int64{365}},
		"below nothing":    {Above: []billing.Money{{Amount: -1, Currency: "usd"}}},
		"a currency twice": {Above: []billing.Money{{Amount: 1, Currency: "usd"}, {Amount: 2, Currency: "usd"}}},
		"no currency":      {Above: []billing.Money{{Amount: 1}}},
	} {
		if err := c.SetNotificationSettings(t.Context(), wrong); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%s = %v", name, err)
		}
	}
	wanted := billing.UsualNotifications()
	wanted.Off = []billing.NotificationKind{billing.NotifyPaymentFailed}
	if err := c.SetNotificationSettings(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if told := mustNotify(t, c); told != nil {
		t.Errorf("tells %v, which is switched off", told)
	}
	if err := c.SetNotificationSettings(t.Context(), billing.UsualNotifications()); err != nil {
		t.Fatal(err)
	}
	if told := mustNotify(t, c); !slices.Equal(told, []billing.NotificationKind{billing.NotifyPaymentFailed}) {
		t.Errorf("switched on again, tells %v", told)
	}
}
