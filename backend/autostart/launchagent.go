package autostart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// agentLabel names the agent to launchd.
const agentLabel = "app.billfold.billfold.login"

// LaunchAgent is the place of macOS: a property list in Library/LaunchAgents.
type LaunchAgent struct {
	Home string
}

func (l LaunchAgent) file() string {
	return filepath.Join(l.Home, "Library", "LaunchAgents", agentLabel+".plist")
}

// Read gives the state. What the person switched off in System Settings is kept by
// macOS elsewhere, and not seen here.
func (l LaunchAgent) Read() (State, error) {
	content, err := os.ReadFile(l.file())
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	program, err := firstInArray(content)
	return State{On: program != "", Program: program}, err
}

// Write puts the list in; launchd reads it at the next login.
func (l LaunchAgent) Write(entry Entry) error {
	var list bytes.Buffer
	list.WriteString(xml.Header)
	list.WriteString(`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n")
	list.WriteString("<plist version=\"1.0\">\n<dict>\n\t<key>Label</key>\n\t<string>" + agentLabel + "</string>\n" +
		"\t<key>ProgramArguments</key>\n\t<array>\n")
	for _, arg := range append([]string{entry.Program}, entry.Args...) {
		list.WriteString("\t\t<string>")
		if err := xml.EscapeText(&list, []byte(arg)); err != nil {
			return err
		}
		list.WriteString("</string>\n")
	}
	list.WriteString("\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n" +
		"\t<key>LimitLoadToSessionType</key>\n\t<string>Aqua</string>\n" +
		"\t<key>ProcessType</key>\n\t<string>Interactive</string>\n</dict>\n</plist>\n")
	return writeFile(l.file(), list.Bytes())
}

// Remove takes the list away.
func (l LaunchAgent) Remove() error { return removeFile(l.file()) }

// firstInArray is the first text of the only array, ProgramArguments.
func firstInArray(content []byte) (string, error) {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	inArray, inText := false, false
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			inArray = inArray || token.Name.Local == "array"
			inText = inArray && token.Name.Local == "string"
		case xml.CharData:
			if inText {
				text.Write(token)
			}
		case xml.EndElement:
			if inText {
				return text.String(), nil
			}
		}
	}
}
