package changes

import (
	"encoding/json"
	"errors"
	"slices"
)

// State is what is known of one customer.
type State struct {
	Version string `json:"v"`
	// Log holds the versions before and what led away from them, oldest first.
	Log []Step `json:"l,omitempty"`
}

// Step is one change of version: what was changed when From was left.
type Step struct {
	From    string   `json:"f"`
	Changed []Change `json:"c,omitempty"`
}

// maxLog is how many steps back are remembered; who comes from further away pulls
// in full. A renewal makes about ten.
const maxLog = 32

// NewState is the state of a customer who was never heard of.
func NewState() State { return State{Version: newWord()} }

// Next is the state after a change.
func (s State) Next(changed ...Change) State {
	log := append(slices.Clone(s.Log), Step{From: s.Version, Changed: changed})
	return State{Version: newWord(), Log: log[max(0, len(log)-maxLog):]}
}

// since gives what changed after a version, each object once. A step that does
// not say what it changed makes everything possible.
func (s State) since(version string) (changed []Change, known bool) {
	if version == s.Version {
		return nil, true
	}
	for _, step := range s.Log {
		if step.From == version {
			known = true
		}
		if !known {
			continue
		}
		if len(step.Changed) == 0 {
			return nil, false
		}
		for _, one := range step.Changed {
			if !slices.Contains(changed, one) {
				changed = append(changed, one)
			}
		}
	}
	return changed, known
}

// Encode writes a state for an engine to keep.
func (s State) Encode() ([]byte, error) { return json.Marshal(s) }

// DecodeState reads what Encode wrote.
func DecodeState(body []byte) (State, error) {
	var s State
	if err := json.Unmarshal(body, &s); err != nil || s.Version == "" {
		return State{}, errors.New("a version that cannot be read")
	}
	return s, nil
}
