package billing

import (
	"context"
	"errors"
)

// Code says in one word what went wrong, so that a screen or a script can choose
// its words and its remedy. The set is closed: see Codes.
type Code string

// The codes, from the outside in.
const (
	CodeOffline     Code = "offline"      // the server could not be reached
	CodeSignedOut   Code = "signed_out"   // the server does not accept the token (401)
	CodeForbidden   Code = "forbidden"    // the token may not do this (403)
	CodeNotFound    Code = "not_found"    // no such object, or not ours (404)
	CodeInvalid     Code = "invalid"      // what was asked for makes no sense; nothing was sent or the server refused it (400)
	CodeDeclined    Code = "declined"     // a payment was refused (402)
	CodeRateLimited Code = "rate_limited" // the server asked us to slow down (429)
	CodeUnavailable Code = "unavailable"  // the server failed (5xx, or an answer cut short)
	CodeNotStripe   Code = "not_stripe"   // something answered, but not a Stripe-shaped API of version 2023-10-16
	CodeForeign     Code = "foreign"      // the server answered with another customer's data; it was refused
	CodeLiveKey     Code = "live_key"     // a merchant's live secret key was given; it never belongs on a desktop
	CodeNewerFile   Code = "newer_file"   // the local file was written by a newer Billfold
	CodeUnreadable  Code = "unreadable"   // a local file or folder cannot be read or written
	CodeDiskFull    Code = "disk_full"    // no space left to save
	CodeNotOffered  Code = "not_offered"  // the vendor's customer portal does not offer it
	CodeNoBrowser   Code = "no_browser"   // no browser could be opened
	CodeBusy        Code = "busy"         // another Billfold is doing this right now
	CodeCanceled    Code = "canceled"     // the person, or the end of the program, stopped it
	CodeInternal    Code = "internal"     // a fault of ours
)

// Codes lists every code once, in the order of their declaration.
func Codes() []Code {
	return []Code{
		CodeOffline, CodeSignedOut, CodeForbidden, CodeNotFound, CodeInvalid, CodeDeclined,
		CodeRateLimited, CodeUnavailable, CodeNotStripe, CodeForeign, CodeLiveKey,
		CodeNewerFile, CodeUnreadable, CodeDiskFull, CodeNotOffered, CodeNoBrowser, CodeBusy, CodeCanceled, CodeInternal,
	}
}

// Error is a failure whose cause is understood. Message is one plain sentence
// for a person and holds no secret, no link and no card data; Err, when there is
// one, is the cause for a log.
type Error struct {
	Code    Code
	Message string
	// Field names the part of what was entered that was refused, e.g.
	// "address.postal_code"; "" when it is about none.
	Field string
	Err   error
}

// NewError makes an Error at the place where the cause is understood; cause may
// be nil.
func NewError(code Code, message string, cause error) *Error {
	return &Error{Code: code, Message: message, Err: cause}
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " (" + e.Err.Error() + ")"
}

// Unwrap gives the cause, so that errors.Is reaches through.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf finds the code of err: that of the nearest Error in its chain, canceled
// for a canceled context that nobody named, internal for any other error, and ""
// for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var known *Error
	switch {
	case errors.As(err, &known):
		return known.Code
	case errors.Is(err, context.Canceled):
		return CodeCanceled
	default:
		return CodeInternal
	}
}

// FieldOf gives the field of the nearest Error in the chain of err; "" for any
// other error.
func FieldOf(err error) string {
	var known *Error
	if !errors.As(err, &known) {
		return ""
	}
	return known.Field
}

// MessageOf gives the sentence for a person: that of the nearest Error in the
// chain of err, that it was stopped for a canceled context, and a plain admission
// for any other error.
func MessageOf(err error) string {
	var known *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &known):
		return known.Message
	case errors.Is(err, context.Canceled):
		return "It was stopped before it was done."
	default:
		return "Something went wrong inside Billfold."
	}
}
