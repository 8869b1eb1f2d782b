#!/bin/sh
# Renders the pictures from src/*.svg, light and dark, at twice their size in
# points. Needs chromium; run it after a drawing changed, and look at the result.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
render() { # svg, appearance, INK, BACK, CARD, SOFT, ACCENT
	name=$(basename "$1" .svg)-$2
	{
		printf '<!doctype html><style>html,body{margin:0}svg{display:block;width:720px;height:130px}</style>'
		sed -e "s/INK/$3/g; s/BACK/$4/g; s/CARD/$5/g; s/SOFT/$6/g; s/ACCENT/$7/g" "$1"
	} >"$work/$name.html"
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update \
		--disable-sync --user-data-dir="$work/profile" --force-device-scale-factor=2 --window-size=720,130 --hide-scrollbars \
		--screenshot="$PWD/$name.png" "file://$work/$name.html" 2>/dev/null
}
for svg in src/*.svg; do
	render "$svg" light '#2a3145' '#eef1f8' '#ffffff' '#9aa3b8' '#2b5fd9'
	render "$svg" dark '#e6e9f2' '#20242f' '#2e3442' '#8b94a9' '#6d9bff'
done
