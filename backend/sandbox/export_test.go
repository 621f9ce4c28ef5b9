package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// Endpoint is a route as the tests see it.
type Endpoint struct {
	Method, Path, Answers string
	Params                []string
}

// Endpoints lists every route.
func Endpoints() []Endpoint {
	var all []Endpoint
	for _, r := range routes {
		all = append(all, Endpoint{r.method, r.path, r.answers, strings.Fields(r.params)})
	}
	return all
}

// ExpandPaths lists what can be expanded in an answer of a kind, to a depth.
func ExpandPaths(kind string, depth int) []string {
	if inner, ok := cutList(kind); ok {
		var paths []string
		for _, path := range ExpandPaths(inner, depth-1) {
			paths = append(paths, "data."+path)
		}
		return paths
	}
	if depth <= 0 {
		return nil
	}
	var paths []string
	for name, way := range edges[kind] {
		paths = append(paths, name)
		for _, deeper := range ExpandPaths(way.to, depth-1) {
			paths = append(paths, name+"."+deeper)
		}
	}
	return paths
}

func cutList(kind string) (string, bool) {
	if len(kind) > 2 && kind[:2] == "[]" {
		return kind[2:], true
	}
	return kind, false
}

// Edges lists, by kind, the fields that can be expanded.
func Edges() map[string][]string {
	all := map[string][]string{}
	for kind, ways := range edges {
		for name := range ways {
			all[kind] = append(all[kind], name)
		}
	}
	return all
}

// CardNumbers lists the test numbers that are known.
func CardNumbers() (numbers []string) {
	for _, c := range publishedCards {
		numbers = append(numbers, c.number)
	}
	return numbers
}

// DeclineCodes lists those a bank can be made to answer with.
func DeclineCodes() []string { return slices.Collect(maps.Keys(declineCodes)) }

// CardByNumber is the token of the test card of a number, or the code it is
// refused with and the words for it.
func CardByNumber(number string) (name, code, message string) {
	found, refused := cardByNumber(number)
	if refused != nil {
		return "", string(refused.Code) + "/" + refused.DeclineCode, refused.Message
	}
	return found.token, "", ""
}

// ChecksItself tells whether the last digit of a card number fits the others.
func ChecksItself(number string) bool { return luhn(number) }

// EventTypes lists the types of events that are sent.
func EventTypes() []string { return slices.Collect(maps.Keys(eventTypes)) }
