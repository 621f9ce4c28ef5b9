// Package messages carries the window's catalogue, for what says the same outside of
// the window.
package messages

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed *.json
var files embed.FS

// Languages are those that the catalogue has, the one that stands in for others
// leading.
func Languages() []string { return []string{"en", "de"} }

// Of gives the messages of a language by their keys; nil for a language that is not
// there. Of a message with a form for one and a form for any other number, KEY/one and
// KEY/other are the keys.
func Of(language string) map[string]string {
	if read := catalogues[language]; read != nil {
		return read()
	}
	return nil
}

// Fill puts values in the places of a message: "{date}" takes the one that follows
// "date".
func Fill(message string, namesAndValues ...string) string {
	var pairs []string
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		pairs = append(pairs, "{"+namesAndValues[i]+"}", namesAndValues[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(message)
}

// catalogues are read when their language is first spoken.
var catalogues = map[string]func() map[string]string{
	"en": sync.OnceValue(func() map[string]string { return read("en") }),
	"de": sync.OnceValue(func() map[string]string { return read("de") }),
}

func read(language string) map[string]string {
	content, err := files.ReadFile(language + ".json")
	var values map[string]any
	if err == nil {
		err = json.Unmarshal(content, &values)
	}
	if err != nil {
		panic(err) // the files are built in, and a test reads them
	}
	return plain(values)
}

func plain(values map[string]any) map[string]string {
	messages := map[string]string{}
	for key, value := range values {
		switch of := value.(type) {
		case string:
			messages[key] = of
		case []any:
			for form, text := range forms(of) {
				messages[key+"/"+form] = text
			}
		}
	}
	return messages
}

// forms reads what the catalogue has for a message that depends on a number.
func forms(of []any) map[string]string {
	texts := map[string]string{}
	for _, one := range of {
		variants, _ := one.(map[string]any)
		match, _ := variants["match"].(map[string]any)
		for when, text := range match {
			if form, ok := strings.CutPrefix(when, "form="); ok {
				texts[form], _ = text.(string)
			}
		}
	}
	return texts
}
