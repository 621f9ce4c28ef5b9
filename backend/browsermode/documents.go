package browsermode

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// documentMethods are those of saved documents.
var documentMethods = map[string]method{
	"DocumentsState": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.DocumentsState(), nil }),
	"SaveDocuments": with(func(_ context.Context, c *companion.Companion, s companion.DocumentSelection) (any, error) {
		return nil, c.SaveDocuments(s)
	}),
	"CancelDocuments": plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CancelDocuments(); return nil, nil }),
	"VerifyDocuments": with(func(_ context.Context, c *companion.Companion, repair bool) (any, error) {
		return nil, c.VerifyDocuments(repair)
	}),
	"DocumentContent": with(func(ctx context.Context, c *companion.Companion, of billing.DocumentRef) (any, error) {
		return c.DocumentContent(ctx, of)
	}),
	"OpenDocument": with(func(ctx context.Context, c *companion.Companion, of billing.DocumentRef) (any, error) {
		return nil, c.OpenDocument(ctx, of)
	}),
	"ShowDocument": with(func(ctx context.Context, c *companion.Companion, of billing.DocumentRef) (any, error) {
		return nil, c.ShowDocument(ctx, of)
	}),
	"CopyDocument": with2(func(ctx context.Context, c *companion.Companion, of billing.DocumentRef, path string) (any, error) {
		return c.CopyDocument(ctx, of, path)
	}),
	"DocumentSettings": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.DocumentSettings(ctx) }),
	"SetDocumentSettings": with(func(ctx context.Context, c *companion.Companion, s companion.DocumentSettings) (any, error) {
		return nil, c.SetDocumentSettings(ctx, s)
	}),
	"PreviewNames": with(func(ctx context.Context, c *companion.Companion, s companion.DocumentSettings) (any, error) {
		return c.PreviewNames(ctx, s), nil
	}),
	"Archive": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Archive(ctx) }),
	"ForgetAccount": with(func(ctx context.Context, c *companion.Companion, keepArchive bool) (any, error) {
		return nil, c.ForgetAccount(ctx, keepArchive)
	}),
	"ChooseFolder": with(noDialogs),
	"ChooseFile":   with(noDialogs),
}

// noDialogs answers for the system's dialogs, which a page in a browser cannot
// have.
func noDialogs(context.Context, *companion.Companion, string) (any, error) {
	return nil, billing.NewError(billing.CodeInvalid, "A browser cannot show the dialog for files. Type the path instead.", nil)
}
