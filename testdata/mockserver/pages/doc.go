// Package pages is what a person sees of the server in a browser: settings with
// a preview of the dialog, hosts and why each is or is not prompted, the audit
// log, and My device.
//
// It is a client of the server's API like any other and is given that API as a
// handler; it knows no store and decides nothing. Pages are rendered here;
// small scripts send changes and show the API's answer. The API token that a
// person logs in with stays in a cookie that no script can read. No page asks
// another site for anything, and none has a script or a style inline.
package pages
