// Package pattern has regular expressions that are compiled when something is first
// held against them: a program carries hundreds, and every start would pay for all.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is an expression in the syntax of package regexp.
type Pattern struct{ compiled func() *regexp.Regexp }

// Of is the pattern of an expression; its first use panics where that is none.
func Of(expression string) Pattern {
	return Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
}

// Regexp is the expression compiled.
func (p Pattern) Regexp() *regexp.Regexp { return p.compiled() }

// MatchString tells whether the text has a match.
func (p Pattern) MatchString(text string) bool { return p.compiled().MatchString(text) }
