package companion

import "billfold/backend/billing"

// AtLogin is whether the system starts Billfold when the person signs in to their
// computer.
type AtLogin struct {
	// Offered tells that this program can be started so.
	Offered bool `json:"offered"`
	On      bool `json:"on"`
}

// AtLogin asks the system; a program that is no desktop program offers nothing.
func (c *Companion) AtLogin() (AtLogin, error) {
	if c.desktop.AtLogin == nil || c.desktop.SetAtLogin == nil {
		return AtLogin{}, nil
	}
	on, err := c.desktop.AtLogin()
	return AtLogin{Offered: true, On: on}, err
}

// SetAtLogin has the system start Billfold, or not any more.
func (c *Companion) SetAtLogin(on bool) error {
	if c.desktop.SetAtLogin == nil {
		return billing.NewError(billing.CodeInvalid, "Only Billfold's window can be started at login: billfold autostart on", nil)
	}
	return c.desktop.SetAtLogin(on)
}
