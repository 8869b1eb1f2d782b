// Shows one plain dialog and prints which button was pressed: "1", "2" or "info".
// The words are in the JSON file that is the only argument.
ObjC.import("Foundation");

function run(argv) {
  const data = $.NSData.dataWithContentsOfFile(argv[0]);
  const say = JSON.parse($.NSString.alloc.initWithDataEncoding(data, $.NSUTF8StringEncoding).js);
  const app = Application.currentApplication();
  app.includeStandardAdditions = true;
  const options = { withTitle: say.title, buttons: say.buttons.slice().reverse() };
  if (say.default >= 0) options.defaultButton = say.buttons[say.default];
  if (say.cancel >= 0) options.cancelButton = say.buttons[say.cancel];
  try {
    const answer = app.displayDialog(say.text, options);
    return JSON.stringify({ button: say.names[say.buttons.indexOf(answer.buttonReturned)] });
  } catch (error) {
    if (error.errorNumber === -128) return JSON.stringify({ button: say.cancel >= 0 ? "2" : "" });
    throw error;
  }
}
