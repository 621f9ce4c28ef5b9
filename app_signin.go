package main

import "billfold/backend/companion"

// Accounts are those that are signed in, the current one first.
func (a *App) Accounts() (companion.AccountsView, error) { return a.companion.Accounts() }

// SignIn begins a sign-in, in the browser or by a code for another device.
func (a *App) SignIn(device bool) error { return a.companion.SignIn(device) }

// SignInState is how the present or last sign-in goes.
func (a *App) SignInState() companion.SignInState { return a.companion.SignInState() }

// CancelSignIn ends a sign-in that is under way.
func (a *App) CancelSignIn() { a.companion.CancelSignIn() }

// CopySignInLink gives the address of the present sign-in.
func (a *App) CopySignInLink() (string, error) { return a.companion.CopySignInLink() }

// SwitchAccount shows another account that is signed in.
func (a *App) SwitchAccount(id string) error { return a.companion.SwitchAccount(a.ctx(), id) }

// SignOut signs the shown account out; the answer tells whether the vendor knows.
func (a *App) SignOut(leave companion.Leave) (bool, error) {
	return a.companion.SignOut(a.ctx(), leave)
}
