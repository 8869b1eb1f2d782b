package main

// plainTool is macOS's own scripting tool, which shows the plain dialog.
const plainTool = "/usr/bin/osascript"
