// Prints the name of the app that fills a display in full screen, or nothing.
// It needs no permission: whose a window is and where it lies may be read by
// everybody; titles, which may not, are not asked for.
ObjC.import("AppKit");
ObjC.import("CoreGraphics");

function run() {
  const shown = $.CGWindowListCopyWindowInfo($.kCGWindowListOptionOnScreenOnly, $.kCGNullWindowID);
  const frames = ObjC.unwrap($.NSScreen.screens).map((s) => s.frame);
  return fullScreen(ObjC.deepUnwrap(ObjC.castRefToObject(shown)) || [], frames);
}

// fullScreen goes by what full screen is: on that display there is no menu bar,
// and a window reaches from edge to edge, but for a camera's notch.
function fullScreen(windows, frames) {
  const MENU_BAR = 24, NOTCH = 45;
  for (const f of frames) {
    const left = f.origin.x, width = f.size.width, height = f.size.height;
    const top = frames[0].size.height - f.origin.y - height; // AppKit counts from below
    const here = (b) => b.X === left && b.Width === width;
    const menu = windows.some((w) => w.kCGWindowLayer === MENU_BAR && here(w.kCGWindowBounds) && w.kCGWindowBounds.Y === top);
    const full = windows.find((w) => w.kCGWindowLayer === 0 && here(w.kCGWindowBounds) &&
      w.kCGWindowBounds.Y + w.kCGWindowBounds.Height === top + height && w.kCGWindowBounds.Height >= height - NOTCH);
    if (full && !menu) return full.kCGWindowOwnerName || "";
  }
  return "";
}
