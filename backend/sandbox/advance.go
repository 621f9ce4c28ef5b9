package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"billfold/backend/stripewire"
)

const clocksPath = "/v1/test_helpers/test_clocks"

// AdvanceState moves the clock of a state file while no sandbox is running on it,
// and gives the moment it stands at then. While one is, the error is ErrInUse.
func AdvanceState(ctx context.Context, options Options, by time.Duration) (time.Time, error) {
	if _, err := os.Stat(options.StateFile); errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, fmt.Errorf("there is no state file %s", options.StateFile)
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	release, err := holdState(ctx, options.StateFile)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = release() }() // the end of the process does it otherwise
	d, _, err := openDesk(ctx, options)
	if err != nil {
		return time.Time{}, err
	}
	return advanceBy(by, func(method, path, form string) ([]byte, error) {
		parsed, err := stripewire.ParseForm(form)
		if err != nil {
			return nil, err
		}
		given, err := d.answer(request{method: method, path: path, form: parsed})
		return given.body, err
	})
}

// AdvanceRunning moves the clock of the sandbox that listens at address, and
// gives the moment it stands at then.
func AdvanceRunning(ctx context.Context, address, key string, by time.Duration) (time.Time, error) {
	where, err := url.Parse(address)
	if err != nil || where.Scheme != "http" || !isLoopback(where.Host) {
		return time.Time{}, errors.New("a sandbox is found at an http address of this machine, such as http://127.0.0.1:4242")
	}
	root := strings.TrimSuffix(address, "/")
	return advanceBy(by, func(method, path, form string) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, method, root+path, strings.NewReader(form))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return exchange(r)
	})
}

func exchange(r *http.Request) ([]byte, error) {
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask the sandbox: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var body struct {
		Error *stripewire.Error `json:"error"`
	}
	var whole json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(nil, response.Body, maxBody)).Decode(&whole); err != nil {
		return nil, fmt.Errorf("the answer is not a sandbox's: %w", err)
	}
	if err := json.Unmarshal(whole, &body); err != nil {
		return nil, fmt.Errorf("the answer is not a sandbox's: %w", err)
	}
	if body.Error != nil {
		return nil, body.Error
	}
	return whole, nil
}

// advanceBy uses the one clock, and makes it first when it has no name yet.
func advanceBy(by time.Duration, ask func(method, path, form string) ([]byte, error)) (time.Time, error) {
	var clocks stripewire.List[clockPlace]
	if err := askInto(&clocks, ask, http.MethodGet, clocksPath, ""); err != nil {
		return time.Time{}, err
	}
	var clock clockPlace
	if len(clocks.Data) > 0 {
		clock = clocks.Data[0]
	} else if err := askInto(&clock, ask, http.MethodPost, clocksPath, "name=advance&frozen_time=now"); err != nil {
		return time.Time{}, err
	}
	then := "frozen_time=" + strconv.FormatInt(clock.FrozenTime+int64(by/time.Second), 10)
	if err := askInto(&clock, ask, http.MethodPost, clocksPath+"/"+clock.ID+"/advance", then); err != nil {
		return time.Time{}, err
	}
	return time.Unix(clock.FrozenTime, 0).UTC(), nil
}

type clockPlace struct {
	ID         string `json:"id"`
	FrozenTime int64  `json:"frozen_time"`
}

func askInto(target any, ask func(method, path, form string) ([]byte, error), method, path, form string) error {
	body, err := ask(method, path, form)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, target)
}
