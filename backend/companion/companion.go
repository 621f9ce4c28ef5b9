// Package companion is the app without its window: what a subscriber can see and
// do, online or not.
package companion
