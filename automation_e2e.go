//go:build e2e && linux

package main

import _ "billfold/e2e/automation" // lets a WebDriver steer the window
