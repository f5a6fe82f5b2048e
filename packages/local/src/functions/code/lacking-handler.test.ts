// Which handlers are doubted: those of whose names the text of their file says nothing.
import { expect, test } from 'vitest';
import { findLackingHandler, NODE, PYTHON } from './lacking-handler.ts';

const node = (text: string, name = 'handler') => findLackingHandler({ file: 'app.js', text, name }, NODE);
const python = (text: string, name = 'handler') => findLackingHandler({ file: 'app.py', text, name }, PYTHON);

test('a name that does not stand in the text is doubted, with what was meant', () => {
  expect(node('exports.other = async () => 1;')).toEqual({
    message: 'app.js has no handler',
    mend: 'did you mean other?',
  });
  expect(node('export const handle = 1; export function other() {}', 'hanlde')).toEqual({
    message: 'app.js has no hanlde',
    mend: 'did you mean handle?',
  });
  expect(python('import json\n\ndef lambda_handler(event, context):\n  return 1\n')).toEqual({
    message: 'app.py has no handler',
    mend: 'did you mean lambda_handler?',
  });
  expect(python('def one(event): pass\ndef two(event): pass\n')).toEqual({ message: 'app.py has no handler' });
});

test.each([
  ['exports.handler = async () => 1', node],
  ['export { run as handler }', node],
  ['0&&(module.exports={handler})', node],
  ['module.exports = require("./lib")', node],
  ['module.exports = { ...require("./lib") }', node],
  ['export * from "./lib"', node],
  ['for (const name of names) exports[name] = make(name)', node],
  ['Object.assign(exports, require("./lib"))', node],
  ['from app import handler', python],
  ['from app import *', python],
  ['handler = Mangum(app)', python],
] as const)('%s is not doubted', (text, ask) => {
  expect(ask(text)).toBeUndefined();
});
