package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"billfold/backend/billing"
)

// The entries of a ZIP beside the PDFs, which are in a folder of their own.
const (
	tableEntry     = "invoices.csv"
	lineEntry      = "lines.csv"
	manifestEntry  = "manifest.json"
	documentFolder = "documents/"
)

// largestDocument is far more than any invoice; what is larger is none.
const largestDocument = 64 << 20

// Manifest is the last entry of a ZIP: whose it is, what is in it and what is not.
type Manifest struct {
	Schema  string  `json:"schema"`
	Account Account `json:"account"`
	Period  string  `json:"period"`
	Zone    string  `json:"zone"`
	// AsOf is when the books were last complete, in Unix seconds.
	AsOf        billing.Time      `json:"as_of"`
	Invoices    int               `json:"invoices"`
	CreditNotes int               `json:"credit_notes"`
	Files       []ManifestFile    `json:"files"`
	Missing     []ManifestMissing `json:"missing"`
	// Totals has a sum for each currency, in minor units and as a decimal number.
	Totals []ManifestTotal `json:"totals"`
}

// ManifestFile is one entry of the ZIP; SHA256 is that of its content, in hex.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// ManifestMissing is an invoice or credit note whose PDF is not in the ZIP.
type ManifestMissing struct {
	Kind   billing.DocumentKind `json:"kind"`
	ID     string               `json:"id"`
	Number string               `json:"number"`
}

// ManifestTotal is what was billed in one currency.
type ManifestTotal struct {
	billing.Money
	Decimal string `json:"decimal"`
}

// ZIP writes the books, with every PDF that there is, as one file. The same books
// give the same bytes.
func ZIP(ctx context.Context, books Books, options Options) (Result, error) {
	books = books.sorted()
	totals, err := books.Totals()
	if err != nil {
		return Result{}, err
	}
	name := options.FileName
	if name == "" {
		name = books.FileName() + ".zip"
	}
	var a *archive
	file, err := write(ctx, options.Folder, name, func(w io.Writer) error {
		a = &archive{zip: zip.NewWriter(w), taken: map[string]bool{}, manifest: books.manifest(totals)}
		return a.fill(ctx, books, options)
	})
	if err != nil {
		return Result{}, err
	}
	result := Result{Path: file, Files: []string{file}, Documents: a.documents, Totals: totals, Missing: []string{}, Unsaved: []billing.DocumentRef{}}
	for _, missing := range a.manifest.Missing {
		result.Missing = append(result.Missing, missing.Number)
		result.Unsaved = append(result.Unsaved, billing.DocumentRef{Kind: missing.Kind, ID: missing.ID})
	}
	return result, nil
}

func (b Books) manifest(totals []billing.Money) Manifest {
	m := Manifest{
		Schema: "billfold.export/1", Account: b.Account, Period: b.Period, Zone: "UTC", AsOf: b.AsOf,
		Invoices: len(b.Invoices), CreditNotes: len(b.CreditNotes),
		Files: []ManifestFile{}, Missing: []ManifestMissing{}, Totals: []ManifestTotal{},
	}
	if b.Zone != nil {
		m.Zone = b.Zone.String()
	}
	for _, total := range totals {
		m.Totals = append(m.Totals, ManifestTotal{total, total.Decimal()})
	}
	return m
}

// archive is a ZIP in the making.
type archive struct {
	zip       *zip.Writer
	taken     map[string]bool // names of entries, in lower case
	documents int
	manifest  Manifest
}

// fill writes the documents first: the table names those that could be read.
func (a *archive) fill(ctx context.Context, books Books, options Options) error {
	for i := range books.Invoices {
		of := &books.Invoices[i]
		if err := a.addDocument(ctx, ManifestMissing{billing.DocumentInvoice, of.ID, of.Number}, &of.Document); err != nil {
			return err
		}
	}
	for i := range books.CreditNotes {
		of := &books.CreditNotes[i]
		if err := a.addDocument(ctx, ManifestMissing{billing.DocumentCreditNote, of.ID, of.Number}, &of.Document); err != nil {
			return err
		}
	}
	if err := a.addTable(tableEntry, options.BOM, Header(), books.Rows()); err != nil {
		return err
	}
	if options.Lines {
		if err := a.addTable(lineEntry, options.BOM, LineHeader(), books.LineRows()); err != nil {
			return err
		}
	}
	manifest, err := json.MarshalIndent(a.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := a.add(manifestEntry, append(manifest, '\n')); err != nil {
		return err
	}
	return a.zip.Close()
}

// addDocument adds a saved PDF and names it as in the ZIP. One that cannot be read
// is missing, which the manifest tells, and no failure.
func (a *archive) addDocument(ctx context.Context, of ManifestMissing, document **Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	content, err := read(*document)
	if err != nil {
		*document = nil
		a.manifest.Missing = append(a.manifest.Missing, of)
		return nil
	}
	name := a.free(documentFolder, safeName((*document).FileName, of.ID+".pdf"))
	if err := a.add(name, content); err != nil {
		return err
	}
	a.documents++
	*document = &Document{FileName: path.Base(name)}
	return nil
}

func read(document *Document) ([]byte, error) {
	if document == nil {
		return nil, errors.New("not saved")
	}
	file, err := document.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, largestDocument+1))
	if err == nil && len(content) > largestDocument {
		err = errors.New("too large for a document")
	}
	return content, err
}

func (a *archive) addTable(name string, bom bool, header []string, rows [][]string) error {
	var table bytes.Buffer
	if err := writeTable(&table, bom, header, rows); err != nil {
		return err
	}
	return a.add(name, table.Bytes())
}

// add writes one entry. All bear the time that the books are of, so that nothing
// depends on when they were exported.
func (a *archive) add(name string, content []byte) error {
	modified := a.manifest.AsOf.Go()
	if !a.manifest.AsOf.Known() {
		modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first that a ZIP can tell
	}
	entry, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified})
	if err != nil {
		return err
	}
	if _, err := entry.Write(content); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	a.manifest.Files = append(a.manifest.Files, ManifestFile{name, len(content), hex.EncodeToString(sum[:])})
	return nil
}

// free gives the name in the folder, with a number where there is one already that
// differs at most in case.
func (a *archive) free(folder, name string) string {
	ending := path.Ext(name)
	free := folder + name
	for number := 2; a.taken[strings.ToLower(free)]; number++ {
		free = fmt.Sprintf("%s%s (%d)%s", folder, strings.TrimSuffix(name, ending), number, ending)
	}
	a.taken[strings.ToLower(free)] = true
	return free
}

// safeName is a name that unpacks where it should on every system.
func safeName(name, otherwise string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if name = strings.Trim(name, " ."); name == "" {
		return otherwise
	}
	return name
}
