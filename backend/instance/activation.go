package instance

import "os"

// activationNames are the variables in which a desktop gives a program that it
// starts the right to come to the front: Wayland's and X11's.
var activationNames = []string{"XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"}

// activationLimit bounds a token, in bytes; real ones are under a hundred.
const activationLimit = 512

// Activation is what the desktop gave this start so that its window may take the
// focus, "" without one. It is good once: a second start passes it on in its Request.
func Activation() string {
	for _, name := range activationNames {
		if token := os.Getenv(name); token != "" && len(token) <= activationLimit {
			return token
		}
	}
	return ""
}
