// Shows one plain dialog and prints what the pressed button means. The words
// are in the JSON file that is the only argument.
ObjC.import("Foundation");

function run(argv) {
  const data = $.NSData.dataWithContentsOfFile(argv[0]);
  const say = JSON.parse($.NSString.alloc.initWithDataEncoding(data, $.NSUTF8StringEncoding).js);
  const app = Application.currentApplication();
  app.includeStandardAdditions = true;
  const labels = say.buttons.map((b) => b.label);
  const options = { withTitle: say.title, buttons: labels.slice().reverse() };
  if (say.default >= 0) options.defaultButton = labels[say.default];
  if (say.cancel >= 0) options.cancelButton = labels[say.cancel];
  app.activate();
  try {
    const pressed = labels.indexOf(app.displayDialog(say.text, options).buttonReturned);
    return JSON.stringify({ button: pressed < 0 ? "" : say.buttons[pressed].means });
  } catch (error) {
    if (error.errorNumber === -128) return JSON.stringify({ button: say.cancel >= 0 ? say.buttons[say.cancel].means : "" });
    throw error;
  }
}
