package main

import "strings"

// nearest is the known name that was meant most likely: one that begins as the
// typed one does, or else differs from it in a third of its letters at most. ""
// is none.
func nearest(typed string, known []string) string {
	best, least := "", len(typed)/3+1
	for _, name := range known {
		d := edits(typed, name)
		if len(typed) > 1 && strings.HasPrefix(name, typed) {
			d = 0
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}

// edits is the Levenshtein distance: how many letters have to be changed, put in
// or left out to make one word of the other.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
