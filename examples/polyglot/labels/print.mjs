import { wrapLabel } from './label.mjs';

const [text, width = '20'] = process.argv.slice(2);
if (text === undefined) {
  console.error('usage: node print.mjs <text> [width]');
  process.exitCode = 2;
} else {
  console.log(wrapLabel(text, Number(width)).join('\n'));
}
