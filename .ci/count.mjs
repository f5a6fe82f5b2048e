// Reads a JSON report of vitest. Prints its passed, failed and skipped tests as three numbers; with --names a line for each that did
// not pass, with what it said. A file that could not be run counts as one failed test.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [, , path, names] = process.argv;
const report = read();
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);

if (names === undefined) {
  console.log(
    report.numPassedTests,
    report.numFailedTests + broken.length,
    report.numPendingTests + report.numTodoTests,
  );
} else {
  for (const { name, message } of broken) tell('FAILED', name, message);
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') tell('FAILED', `${relative('.', name)}: ${fullName}`, failureMessages.join('\n'));
      else if (status !== 'passed') tell('skipped', `${relative('.', name)}: ${fullName}`, '');
    }
  }
}

function read() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

/** One line of name, then at most fifteen of what was said. */
function tell(verdict, what, message) {
  console.log(`${verdict}: ${what}`);
  for (const line of message.split('\n').slice(0, 15)) if (line.trim() !== '') console.log(`    ${line.slice(0, 300)}`);
}
