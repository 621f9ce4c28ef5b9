package sandbox_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tContext is the context of a test, or a plain one for a property.
func tContext(t tester) context.Context {
	if of, ok := t.(interface{ Context() context.Context }); ok {
		return of.Context()
	}
	return context.Background()
}
