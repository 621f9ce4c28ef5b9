//go:build !linux || !desktop

package main

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// toFront shows the window to somebody who was elsewhere.
func toFront(window context.Context, _ string) {
	runtime.WindowUnminimise(window)
	runtime.WindowShow(window)
}
