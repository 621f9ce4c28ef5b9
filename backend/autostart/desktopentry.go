package autostart

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// DesktopEntry is the place of freedesktop.org's Desktop Application Autostart
// Specification: a .desktop file in the folder autostart of the person's settings.
type DesktopEntry struct {
	// Config is the person's settings folder: $XDG_CONFIG_HOME.
	Config string
}

func (d DesktopEntry) file() string { return filepath.Join(d.Config, "autostart", "billfold.desktop") }

// Read gives the state; Hidden, or GNOME's and KDE's own switches, mean off.
func (d DesktopEntry) Read() (State, error) {
	content, err := os.ReadFile(d.file())
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	keys := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		if key, value, found := strings.Cut(lines.Text(), "="); found {
			keys[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	off := keys["Hidden"] == "true" || keys["X-GNOME-Autostart-enabled"] == "false" || keys["X-KDE-autostart-enabled"] == "false"
	program := firstArgument(keys["Exec"])
	return State{On: !off && program != "", Program: program}, lines.Err()
}

// Write puts the file in.
func (d DesktopEntry) Write(entry Entry) error {
	words := []string{quoteArgument(entry.Program)}
	for _, arg := range entry.Args {
		words = append(words, quoteArgument(arg))
	}
	content := "[Desktop Entry]\nType=Application\nName=Billfold\n" +
		"Comment=Tells of failed payments and renewals\n" +
		"Comment[de]=Sagt Ihnen, wenn eine Zahlung fehlschlägt oder eine Verlängerung ansteht\n" +
		// Once the program is gone, the desktop passes over what it finds here.
		"TryExec=" + escapeValue(entry.Program) + "\nExec=" + escapeValue(strings.Join(words, " ")) + "\n" +
		"Icon=billfold\nTerminal=false\nStartupNotify=false\nX-GNOME-Autostart-enabled=true\n"
	return writeFile(d.file(), []byte(content))
}

// Remove takes the file away.
func (d DesktopEntry) Remove() error { return removeFile(d.file()) }

// quoteArgument writes an argument as a line of arguments has it, in which quotes
// keep words together and a percent sign begins a field code.
func quoteArgument(arg string) string {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(arg)
	return `"` + strings.ReplaceAll(quoted, "%", "%%") + `"`
}

// escapeValue writes a value as the file has it, in which a backslash escapes.
func escapeValue(value string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value)
}

// firstArgument reads back the program of a key Exec.
func firstArgument(exec string) string {
	line := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\s`, " ").Replace(exec)
	quoted := strings.HasPrefix(line, `"`)
	var program strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"' && quoted && i > 0, c == ' ' && !quoted:
			return program.String()
		case c == '"' && quoted: // the first
		case c == '\\' && quoted && i+1 < len(line), c == '%' && i+1 < len(line) && line[i+1] == '%':
			i++
			program.WriteByte(line[i])
		default:
			program.WriteByte(c)
		}
	}
	return program.String()
}
