package companion

import "billfold/backend/billing"

// DocumentsState is how saving and checking documents goes, and what there is.
type DocumentsState struct {
	Running bool `json:"running"`
	// Task is save, verify or repair, "" before the first.
	Task  string `json:"task"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
	// Saved were written, Unchanged were there already, Failed are in Failures.
	Saved     int `json:"saved"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	// Bytes counts what was fetched.
	Bytes int64 `json:"bytes"`
	// WaitingUntil is when the vendor may be asked again, 0 when it may be now.
	WaitingUntil billing.Time `json:"waiting_until"`
	// Problem is what ended the run before its end, nil when nothing did.
	Problem  *Problem          `json:"problem"`
	Failures []DocumentFailure `json:"failures"`
	// Report is that of the last verification, nil before it.
	Report *VerifyReport `json:"report"`
	// Folder is where documents are saved now.
	Folder string `json:"folder"`
	// Count is how many documents are saved in all, Unsaved how many are not, or are
	// older than what happened since.
	Count   int `json:"count"`
	Unsaved int `json:"unsaved"`
	// AskAutomatic is true while nobody has said whether documents are to be saved on
	// their own.
	AskAutomatic bool `json:"ask_automatic"`
}

// DocumentFailure is a document that could not be saved, and why.
type DocumentFailure struct {
	Kind     billing.DocumentKind `json:"kind"`
	ObjectID string               `json:"object_id"`
	Number   string               `json:"number"`
	Problem  Problem              `json:"problem"`
}

// VerifyReport is what reading every saved file again has found.
type VerifyReport struct {
	Checked int                     `json:"checked"`
	Intact  int                     `json:"intact"`
	Missing []billing.SavedDocument `json:"missing"`
	Altered []billing.SavedDocument `json:"altered"`
	// Repaired is how many of these were fetched again.
	Repaired int          `json:"repaired"`
	At       billing.Time `json:"at"`
}

// DocumentSelection chooses documents: all, those issued in a year (UTC), those of
// some invoices with their credit notes and receipts, or single ones. Again fetches
// also those that are saved; what differs is kept as another version.
type DocumentSelection struct {
	All       bool                  `json:"all"`
	Year      int                   `json:"year"`
	Invoices  []string              `json:"invoices"`
	Documents []billing.DocumentRef `json:"documents"`
	Again     bool                  `json:"again"`
}

// DocumentContent is a saved document with its bytes.
type DocumentContent struct {
	FileName string                `json:"file_name"`
	SHA256   string                `json:"sha256"`
	Base64   string                `json:"base64"`
	State    billing.DocumentState `json:"state"`
}

// DocumentSettings are what the person set for saving documents.
type DocumentSettings struct {
	// Automatic is ask, on or off.
	Automatic string `json:"automatic"`
	Folder    string `json:"folder"`
	Template  string `json:"template"`
	// The defaults are for showing; they cannot be set.
	DefaultFolder   string `json:"default_folder"`
	DefaultTemplate string `json:"default_template"`
}

// NamePreview shows where documents would be saved.
type NamePreview struct {
	// Path is that of the newest document, Examples those of some, below the folder.
	Path     string   `json:"path"`
	Problem  *Problem `json:"problem"`
	Examples []string `json:"examples"`
}

// ArchiveState is what stays on the disk after signing out, if the person wants.
type ArchiveState struct {
	Folder string `json:"folder"`
	Count  int    `json:"count"`
	Bytes  int64  `json:"bytes"`
}
