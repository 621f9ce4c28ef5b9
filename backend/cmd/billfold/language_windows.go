package main

import "golang.org/x/sys/windows"

// systemLanguages are those of the person's settings; none where they cannot be read.
func systemLanguages() []string {
	languages, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil {
		return nil
	}
	return languages
}
