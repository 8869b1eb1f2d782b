# unload DOMAIN LABEL ends a job and waits until its process is gone: booting
# out is asynchronous, and launchd kills what takes longer than its time. It
# fails if the process is there still.
unload() {
	launchctl bootout "$1/$2" 2>/dev/null
	tries=0
	while launchctl print "$1/$2" >/dev/null 2>&1; do
		[ "$tries" -lt 20 ] || return 1
		sleep 1
		tries=$((tries + 1))
	done
}
