package swiftdialog

// Ending is what a closed dialog means.
type Ending string

// The endings. Only Agreed is consent.
const (
	Agreed      Ending = "agreed"      // button 1, proved by the JSON on stdout
	Later       Ending = "later"       // button 2 or Escape
	Help        Ending = "help"        // the info button
	TimedOut    Ending = "timed_out"   // swiftDialog's timer
	Dismissed   Ending = "dismissed"   // Command-Q or the window's close button
	Interrupted Ending = "interrupted" // stopped by us, by a signal, by logging out
	Broken      Ending = "broken"      // it never was a dialog: missing, refused, crashed, bad file
)
