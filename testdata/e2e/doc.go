// Package e2e holds the stories that run over real processes: the companion
// server, the old MDM, an agent, a private session bus, the real Fleet Desktop
// and, for pages, a real Chromium. It has no code of its own but tests, which
// need D-Bus, X and a few limits of Linux.
package e2e
