# sessions prints the user id of every graphical session: who owns the console,
# and who runs a Finder behind it (fast user switching). Ids below 500 are
# macOS's own: loginwindow, and _mbsetupuser at Setup Assistant.
sessions() {
	{
		stat -f %u /dev/console
		ps -axo uid=,comm= | while read -r uid program; do
			case $program in */Finder.app/Contents/MacOS/Finder) echo "$uid" ;; esac
		done
	} 2>/dev/null | sort -un | while read -r uid; do
		if [ "$uid" -ge 500 ] && launchctl print "gui/$uid" >/dev/null 2>&1; then
			echo "$uid"
		fi
	done
}
