//go:build e2e && linux

package main

import _ "billfold/e2e/automation" // lets a WebDriver read when the page was painted
