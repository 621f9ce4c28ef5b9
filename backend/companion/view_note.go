package companion

// NotificationWay says how what is told can reach somebody who is not looking at
// the window.
type NotificationWay string

// The ways.
const (
	NotifyBySystem NotificationWay = "system" // Notify asks the desktop
	NotifyByPage   NotificationWay = "page"   // the page asks its browser itself
	NotifyByNone   NotificationWay = "none"   // there are no notifications to be had
)

// Note is a notification in the words that the window has for it.
type Note struct {
	// Key is that of the billing.Notification.
	Key   string `json:"key"`
	Title string `json:"title"`
	Body  string `json:"body"`
	// Link names the view that it leads to, as deeplink.Parse reads it.
	Link string `json:"link"`
}
