package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"billfold/backend/gateway/changes"
	"billfold/backend/stripewire"
)

// versionAnswer is what GET /billfold/v1/version says.
type versionAnswer struct {
	Object  string `json:"object"`
	Version string `json:"version"`
	// Changed is what is known to have changed since the version that was named;
	// null means that everything may have.
	Changed []changes.Change `json:"changed"`
	// SpreadSeconds is over how long pulls in full should be spread.
	SpreadSeconds int `json:"spread_seconds,omitempty"`
}

// spread is given to who cannot be told what changed: they may be everybody.
const spread = 60

// version tells whether something changed since the version in If-None-Match. It
// asks Stripe nothing.
func (v *visit) version() error {
	if !v.changes.Fresh() {
		return v.blind()
	}
	older := strings.Trim(strings.TrimPrefix(v.r.Header.Get("If-None-Match"), "W/"), `"`)
	tag, changed, known, err := v.changes.Since(v.ctx, v.who.Customer, older)
	if err != nil {
		v.config.Log.WarnContext(v.ctx, "versions cannot be read", "request_id", v.id, "error", err)
		return v.blind()
	}
	v.w.Header().Set("ETag", `"`+tag+`"`)
	if tag == older {
		v.notModified()
		return nil
	}
	said := versionAnswer{Object: "billfold.version", Version: tag, Changed: changed}
	if !known {
		said.Changed = nil
		if older != "" {
			said.SpreadSeconds = spread
		}
	}
	return v.marshal(said)
}

// blind is the answer while nobody knows what changed.
func (v *visit) blind() error {
	v.w.Header().Set("Retry-After", "60")
	return &stripewire.Error{
		Status: http.StatusServiceUnavailable, Type: stripewire.TypeAPI, Code: stripewire.CodeChangesUnavailable,
		Message: "It is not known at the moment whether something changed.",
	}
}

func (v *visit) marshal(said any) error {
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	v.json(append(body, '\n'))
	return nil
}

func (v *visit) whoami() error {
	return v.marshal(struct {
		Object   string `json:"object"`
		Customer string `json:"customer"`
		MayWrite bool   `json:"may_write"`
	}{"billfold.whoami", v.who.Customer, v.who.MayWrite})
}

func (v *visit) servePolicy() error {
	tag := `"` + short(v.policy) + `"`
	v.w.Header().Set("ETag", tag)
	if v.has(tag) {
		v.notModified()
		return nil
	}
	v.json(v.policy)
	return nil
}

const (
	// heartbeat keeps a quiet stream from being taken for a dead one.
	heartbeat = 25 * time.Second
	// streamLasts is when a companion has to come again, with a token that is good.
	streamLasts = 15 * time.Minute
)

// stream tells a connected companion when to pull: one event at once with the
// present version, and one for each new one.
func (v *visit) stream() error {
	release, ok := v.callers.hold(v.who.Customer)
	if !ok {
		return &busy{time.Minute}
	}
	defer release()
	signal, stop := v.changes.Listen(v.who.Customer)
	defer stop()
	control := http.NewResponseController(v.w)
	// A server without deadlines has none to lift.
	_ = errors.Join(control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{}))
	v.status = http.StatusOK
	v.w.Header().Set("Content-Type", "text/event-stream")
	end, beat := time.NewTimer(streamLasts), time.NewTicker(heartbeat)
	defer end.Stop()
	defer beat.Stop()
	last := ""
	for {
		if err := v.tellVersion(&last); err != nil || control.Flush() != nil {
			return nil // the companion comes again
		}
		select {
		case <-signal:
		case <-beat.C:
			if _, err := fmt.Fprint(v.w, ": still here\n\n"); err != nil {
				return nil
			}
		case <-end.C:
			return nil
		case <-v.ending:
			return nil
		case <-v.ctx.Done():
			return nil
		}
	}
}

// tellVersion writes the present version when it is not the last one told.
func (v *visit) tellVersion(last *string) error {
	tag, err := v.changes.Tag(v.ctx, v.who.Customer)
	if err != nil || tag == *last {
		return err
	}
	*last = tag
	_, err = fmt.Fprintf(v.w, "event: version\ndata: {\"version\":%q}\n\n", tag)
	return err
}
