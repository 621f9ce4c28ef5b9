package issuer

import (
	"context"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// StoreDeviceAuthorization begins a sign-in on another device, and forgets those
// that nobody finished.
func (s *shelf) StoreDeviceAuthorization(_ context.Context, clientID, deviceCode, userCode string, until time.Time, scopes []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for code, request := range s.devices {
		if time.Now().After(request.Expires) {
			delete(s.devices, code)
		} else if request.userCode == userCode {
			return op.ErrDuplicateUserCode
		}
	}
	s.devices[deviceCode] = &deviceRequest{userCode: userCode, DeviceAuthorizationState: op.DeviceAuthorizationState{
		ClientID: clientID, Audience: []string{clientID, s.options.Audience}, Scopes: scopes, Expires: until,
	}}
	return nil
}

// GetDeviceAuthorizatonState tells how a sign-in on another device goes. One that is
// done is told of once.
func (s *shelf) GetDeviceAuthorizatonState(_ context.Context, clientID, deviceCode string) (*op.DeviceAuthorizationState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request, ok := s.devices[deviceCode]
	if !ok || request.ClientID != clientID {
		return nil, errUnknown
	}
	if request.Done {
		delete(s.devices, deviceCode)
	}
	state := request.DeviceAuthorizationState
	return &state, nil
}

// waiting tells whether somebody waits for a code to be entered.
func (s *shelf) waiting(userCode string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deviceOf(userCode) != nil
}

// settleDevice notes who entered a code, or that they declined.
func (s *shelf) settleDevice(userCode string, person Person) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := s.deviceOf(userCode)
	if request == nil {
		return false
	}
	request.Done, request.Denied = person.Subject != "", person.Subject == ""
	request.Subject, request.AuthTime = person.Subject, time.Now()
	return true
}

// deviceOf finds a request that is still open, however its code was typed.
func (s *shelf) deviceOf(userCode string) *deviceRequest {
	for _, request := range s.devices {
		if plain(request.userCode) == plain(userCode) && !request.Done && !request.Denied && time.Now().Before(request.Expires) {
			return request
		}
	}
	return nil
}

func plain(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}
