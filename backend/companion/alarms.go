package companion

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"billfold/backend/billing"
)

const (
	// alarmSetting begins the key under which it is kept, for each account, which
	// alarms the person has put away, as a JSON list of their keys.
	alarmSetting = "alarms put away/"
	// mostPutAway bounds that list: the oldest of more are forgotten.
	mostPutAway = 200
	longestKey  = 2000
)

// PutAlarmAway keeps an alarm from being shown again, which somebody has looked at and
// found right. It returns when one more payment or subscription joins in. A key that no
// alarm can have is CodeInvalid.
func (c *Companion) PutAlarmAway(ctx context.Context, key string) error {
	if key == "" || len(key) > longestKey || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' }) {
		return billing.NewError(billing.CodeInvalid, "There is no such notice.", nil)
	}
	return c.keepAlarmsAway(ctx, func(kept []string) []string {
		if slices.Contains(kept, key) {
			return kept
		}
		kept = append(kept, key)
		return kept[max(0, len(kept)-mostPutAway):]
	})
}

// ShowAlarmsAgain brings back what was put away.
func (c *Companion) ShowAlarmsAgain(ctx context.Context) error {
	return c.keepAlarmsAway(ctx, func([]string) []string { return nil })
}

func (c *Companion) keepAlarmsAway(ctx context.Context, change func([]string) []string) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return billing.NewError(billing.CodeUnreadable, "This cannot be kept: the data folder cannot be written.", nil)
	}
	c.alarming.Lock()
	defer c.alarming.Unlock()
	kept, err := c.alarmsAway(ctx)
	if err != nil {
		return err
	}
	text := ""
	if kept = change(kept); len(kept) > 0 {
		written, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		text = string(written)
	}
	return c.personal.SetSetting(ctx, alarmSetting+c.account.name(c.config.Dir), text)
}

// alarmsAway are the keys of what was put away, the earliest first. c.mu is held.
func (c *Companion) alarmsAway(ctx context.Context) ([]string, error) {
	if c.personal == nil {
		return nil, nil
	}
	text, err := c.personal.Setting(ctx, alarmSetting+c.account.name(c.config.Dir))
	if err != nil || text == "" {
		return nil, err
	}
	var kept []string
	if json.Unmarshal([]byte(text), &kept) != nil {
		return nil, nil // what cannot be read was not put away
	}
	return kept, nil
}
