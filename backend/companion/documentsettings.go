package companion

import (
	"context"
	"path/filepath"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

const (
	automaticSetting = "documents.automatic"
	folderSetting    = "documents.folder"
	templateSetting  = "documents.template"
)

// The values of DocumentSettings.Automatic.
const (
	automaticAsk = "ask"
	automaticOn  = "on"
	automaticOff = "off"
)

// DocumentSettings are what the person set for saving documents.
func (c *Companion) DocumentSettings(ctx context.Context) (DocumentSettings, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.documentSettings(ctx), nil
}

// documentSettings are those in force. Where nobody said anything, the sandbox
// saves on its own, since no paper in it is real, and elsewhere the person is asked.
func (c *Companion) documentSettings(ctx context.Context) DocumentSettings {
	settings := DocumentSettings{
		Automatic: automaticAsk, Folder: c.config.DocumentsDir, Template: documents.DefaultTemplate,
		DefaultFolder: c.config.DocumentsDir, DefaultTemplate: documents.DefaultTemplate,
	}
	if c.account.target.Connection == ConnectionSandbox {
		settings.Automatic = automaticOn
	}
	if c.personal == nil {
		return settings
	}
	for key, field := range map[string]*string{
		automaticSetting: &settings.Automatic, folderSetting: &settings.Folder, templateSetting: &settings.Template,
	} {
		if value, err := c.personal.Setting(ctx, key); err == nil && value != "" {
			*field = value
		}
	}
	return settings
}

// SetDocumentSettings keeps what the person set; what is empty is as by default.
// What makes no sense is CodeInvalid and changes nothing.
func (c *Companion) SetDocumentSettings(ctx context.Context, settings DocumentSettings) error {
	switch settings.Automatic {
	case "", automaticAsk, automaticOn, automaticOff:
	default:
		return billing.NewError(billing.CodeInvalid, "Saving on its own is ask, on or off.", nil)
	}
	if err := checkNames(settings); err != nil {
		return err
	}
	if err := c.keepDocumentSettings(ctx, settings); err != nil {
		return err
	}
	// Turned on, it begins with what is there.
	c.saveNew()
	return nil
}

func checkNames(settings DocumentSettings) error {
	if settings.Folder != "" && !filepath.IsAbs(settings.Folder) {
		return billing.NewError(billing.CodeInvalid, "The folder must be given with its whole path.", nil)
	}
	if settings.Template == "" {
		return nil
	}
	_, err := documents.ParseTemplate(settings.Template)
	return err
}

func (c *Companion) keepDocumentSettings(ctx context.Context, settings DocumentSettings) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return billing.NewError(billing.CodeUnreadable, "Settings cannot be kept: the data folder cannot be written.", nil)
	}
	folder, template := settings.Folder, settings.Template
	if folder != "" {
		folder = filepath.Clean(folder)
	}
	// A default may be another one in a later version, or on another machine.
	if folder == c.config.DocumentsDir {
		folder = ""
	}
	if template == documents.DefaultTemplate {
		template = ""
	}
	for key, value := range map[string]string{automaticSetting: settings.Automatic, folderSetting: folder, templateSetting: template} {
		if err := c.personal.SetSetting(ctx, key, value); err != nil {
			return err
		}
	}
	return nil
}

// examplesShown is how many names a preview shows.
const examplesShown = 5

// PreviewNames shows where documents would be saved with settings that are not kept
// yet.
func (c *Companion) PreviewNames(ctx context.Context, settings DocumentSettings) NamePreview {
	c.mu.RLock()
	defer c.mu.RUnlock()
	preview := NamePreview{Examples: []string{}}
	if err := checkNames(settings); err != nil {
		preview.Problem = ProblemOf(err)
		return preview
	}
	if settings.Folder == "" {
		settings.Folder = c.config.DocumentsDir
	}
	if settings.Template == "" {
		settings.Template = documents.DefaultTemplate
	}
	template, err := documents.ParseTemplate(settings.Template)
	if err != nil {
		preview.Problem = ProblemOf(err)
		return preview
	}
	known, _, err := c.knownDocuments(ctx)
	if err != nil || len(known) == 0 {
		known = []billing.Document{exampleDocument(billing.At(c.config.Now()))}
	}
	for _, document := range examplesOf(known) {
		preview.Examples = append(preview.Examples, template.Name(document, ""))
	}
	preview.Path = filepath.Join(settings.Folder, filepath.FromSlash(preview.Examples[0]))
	return preview
}

// examplesOf are the newest documents, with one of each kind among them.
func examplesOf(known []billing.Document) []billing.Document {
	var examples, rest []billing.Document
	seen := map[billing.DocumentKind]bool{}
	for _, document := range known {
		if seen[document.Kind] {
			rest = append(rest, document)
			continue
		}
		seen[document.Kind] = true
		examples = append(examples, document)
	}
	return append(examples, rest[:min(len(rest), examplesShown-len(examples))]...)
}

// exampleDocument stands in where there is none yet.
func exampleDocument(at billing.Time) billing.Document {
	return billing.Document{
		DocumentRef: billing.DocumentRef{Kind: billing.DocumentInvoice, ID: "in_example"}, Number: "AB12CD34-0001", IssuedAt: at,
		Amount: billing.Money{Amount: 2000, Currency: "usd"}, Status: "paid", Vendor: "Vendor", Customer: "You", Plan: "Pro",
	}
}
