package connection

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// choosing are the flags that choose a connection. One of them on the command
// line sets aside all of them in the file.
var choosing = []string{"sandbox", "url", "customer", "vendor", "token"}

// Configuration reads a configuration file: a JSON object whose keys are names of
// flags. What stands on the command line, args, goes before it.
func Configuration(args []string) kong.ConfigurationLoader {
	return func(file io.Reader) (kong.Resolver, error) {
		values := map[string]any{}
		if err := json.NewDecoder(file).Decode(&values); err != nil {
			return nil, fileFault(file, "holds no JSON object")
		}
		c := configuration{name: nameOf(file), values: map[string]any{}}
		for key, value := range values {
			c.values[strings.ReplaceAll(key, "_", "-")] = value
		}
		if slices.ContainsFunc(args, choosesConnection) {
			for _, name := range choosing {
				delete(c.values, name)
			}
		}
		return c, nil
	}
}

func choosesConnection(arg string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	return strings.HasPrefix(arg, "--") && slices.Contains(choosing[:4], name)
}

// configuration gives flags the values of a file.
type configuration struct {
	name   string
	values map[string]any
}

// Validate refuses a key that is no flag: a typing error must not look as if it
// had been heeded.
func (c configuration) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for key := range c.values {
		if !known[key] {
			return invalid(fmt.Sprintf("The configuration file %s names %s, which is no flag.", c.name, quote(key)))
		}
	}
	return nil
}

// Resolve gives a flag its value from the file, nil when it has none there.
func (c configuration) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	return c.values[flag.Name], nil
}

func fileFault(file io.Reader, fault string) error {
	return invalid(fmt.Sprintf("The configuration file %s %s.", nameOf(file), fault))
}

func nameOf(file io.Reader) string {
	if named, ok := file.(interface{ Name() string }); ok {
		return named.Name()
	}
	return "given"
}
