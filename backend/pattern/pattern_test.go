package pattern_test

import (
	"testing"

	"billfold/backend/pattern"
)

func TestItIsCompiledAtItsFirstUseAndOnce(t *testing.T) {
	broken := pattern.Of("(") // says nothing yet
	sound := pattern.Of(`^a{1,128}$`)
	first := sound.Regexp()
	if !sound.MatchString("aa") || sound.MatchString("ab") || sound.Regexp() != first {
		t.Error("it does not match as it should, or is compiled again")
	}
	defer func() {
		if recover() == nil {
			t.Error("a broken expression matches")
		}
	}()
	broken.MatchString("a")
}
