// Runs a tool and notes what it prints, line by line, in a file beside the log, which may be cut.
// node tee.mjs --lines=PATH -- -- COMMAND...

import { createJournal, leave, readCall, runTool, say } from './launcher.mjs';

const { options, command } = readCall(process.argv.slice(2));
const journal = createJournal(options.get('lines')[0]);
const result = await runTool(command, {
  merged: true,
  onLines: (lines) => {
    journal.lines(lines);
    say(lines.map((line) => `${line}\n`).join(''));
  },
});
journal.note({ runner: 'end' });
leave(result);
