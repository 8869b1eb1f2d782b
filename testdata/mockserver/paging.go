package mockserver

import (
	"net/http"
	"strconv"

	"fleetmigrate/testdata/mockserver/wire"
)

// maxPerPage bounds a page of any list.
const maxPerPage = 500

func pageOf(r *http.Request, perPageDefault int) (page, perPage int, err error) {
	q := r.URL.Query()
	perPage = perPageDefault
	if text := q.Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 0 || page > 1_000_000 {
			return 0, 0, wire.Undecodable("page: want a number from 0")
		}
	}
	if text := q.Get("per_page"); text != "" {
		if perPage, err = strconv.Atoi(text); err != nil || perPage < 1 {
			return 0, 0, wire.Undecodable("per_page: want a number from 1")
		}
	}
	return page, min(perPage, maxPerPage), nil
}

func pageMeta(page int, more bool) map[string]any {
	return map[string]any{"has_next_results": more, "has_previous_results": page > 0}
}
