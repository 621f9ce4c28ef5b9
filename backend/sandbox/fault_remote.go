package sandbox

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// AddFault makes a fault in the sandbox that listens at address. The error says
// in one sentence what is wrong with it.
func AddFault(ctx context.Context, address, key string, f Fault) error {
	form := url.Values{"on": {f.On}, "do": {f.Do}, "times": {strconv.Itoa(f.Times)}}
	return steer(ctx, address, key, http.MethodPost, form)
}

// ClearFaults takes all faults away from the sandbox that listens at address.
func ClearFaults(ctx context.Context, address, key string) error {
	return steer(ctx, address, key, http.MethodDelete, nil)
}

func steer(ctx context.Context, address, key, method string, form url.Values) error {
	if !isLoopbackURL(address) {
		return errors.New("a sandbox is found at an http address of this machine, such as http://127.0.0.1:4242")
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(address, "/")+controlPlace+"faults", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = exchange(r)
	return err
}
