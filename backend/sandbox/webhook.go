package sandbox

import (
	"net/url"
	"strings"

	"billfold/backend/stripewire"
)

// webhookEndpoint is an address that events are sent to.
type webhookEndpoint struct {
	ID            string       `json:"id"`
	Object        string       `json:"object"`
	APIVersion    nullableText `json:"api_version"`
	Application   null         `json:"application"`
	Created       int64        `json:"created"`
	Description   nullableText `json:"description"`
	EnabledEvents []string     `json:"enabled_events"`
	Livemode      bool         `json:"livemode"`
	Metadata      metadata     `json:"metadata"`
	// Secret is written when the endpoint is made, and never again.
	Secret string `json:"secret,omitempty"`
	Status string `json:"status"`
	URL    string `json:"url"`

	secret string
}

// maxEndpoints is how many endpoints an account can have.
// Source: Stripe docs, "Webhooks": 16 in test mode.
const maxEndpoints = 16

// wants tells whether an event is to be sent to the endpoint.
func (o *webhookEndpoint) wants(kind string) bool {
	return o.Status == "enabled" && isOneOf(kind, o.EnabledEvents)
}

func createWebhook(c *call) (any, error) {
	c.required("url")
	if c.form.List("enabled_events") == nil {
		c.fail(stripewire.MissingParam("enabled_events"))
	}
	c.choice("api_version", "", stripewire.Version)
	o := &webhookEndpoint{Object: "webhook_endpoint", Created: c.clock, APIVersion: nullableText(c.text("api_version")), Status: "enabled"}
	c.readWebhook(o)
	if c.err == nil && c.livingEndpoints() >= maxEndpoints {
		c.fail(stripewire.Invalid("", "", "You have reached the maximum of 16 test webhook endpoints."))
	}
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("we")
	o.secret = "whsec_" + c.digest("webhook secret/"+o.ID, 32)
	c.webhooks.add(o)
	if c.onListener != nil {
		c.onListener()
	}
	shown := *o
	shown.Secret = o.secret
	return &shown, nil
}

func (w *world) livingEndpoints() (count int) {
	for _, o := range w.webhooks.items {
		if o != nil {
			count++
		}
	}
	return count
}

// readWebhook takes over what both creation and update know.
func (c *call) readWebhook(o *webhookEndpoint) {
	if c.given("url") {
		o.URL = c.text("url")
		if !isLoopbackURL(o.URL) {
			c.fail(stripewire.Invalid("url_invalid", "url", "The sandbox sends events to this machine only: an http or https address on 127.0.0.1, ::1 or localhost."))
		}
	}
	if wanted := c.form.List("enabled_events"); wanted != nil {
		o.EnabledEvents = wanted
		for _, kind := range wanted {
			if kind != "*" && !eventTypes[kind] {
				c.fail(stripewire.Invalid("", "enabled_events", "The sandbox never sends the event "+kind+"."))
			}
		}
	}
	c.setText(&o.Description, "description")
	c.setMetadata(&o.Metadata)
}

// isLoopbackURL tells whether an address is a web address of this machine.
func isLoopbackURL(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.User == nil && isLoopback(parsed.Host)
}

func updateWebhook(c *call) (any, error) {
	current, err := c.webhooks.fetch(c.ids[0], "webhook_endpoint")
	if err != nil {
		return nil, err
	}
	changed := *current
	changed.Metadata = metadata{}
	for key, value := range current.Metadata {
		changed.Metadata[key] = value
	}
	if c.given("disabled") {
		changed.Status = map[bool]string{true: "disabled", false: "enabled"}[c.boolean("disabled", false)]
	}
	c.readWebhook(&changed)
	if c.err != nil {
		return nil, c.err
	}
	*current = changed
	return current, nil
}

func deleteWebhook(c *call) (any, error) {
	o, err := c.webhooks.fetch(c.ids[0], "webhook_endpoint")
	if err != nil {
		return nil, err
	}
	c.webhooks.remove(o.ID)
	return deletedObject{ID: o.ID, Object: o.Object, Deleted: true}, nil
}

func getWebhook(c *call) (any, error) { return c.webhooks.fetch(c.ids[0], "webhook_endpoint") }

func listWebhooks(c *call) (any, error) {
	return list(c, c.webhooks, func(*webhookEndpoint) bool { return true })
}

// webhookFor finds the endpoint of an address; nil when there is none.
func (w *world) webhookFor(address string) *webhookEndpoint {
	for _, o := range w.webhooks.items {
		if o != nil && strings.EqualFold(o.URL, address) {
			return o
		}
	}
	return nil
}
