// npm run conformance: the conformance tests. With `-- --rows`: every fact of conformance/rows/*.json, one a line, and whether Earwitness
// agrees with it, found by running the tests that the row names. With `-- --rows --docs`: the same as docs/fidelity.md (`--check`: fails
// when that is stale). Exit code 1 when a row that should agree does not.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const VITEST = 'node_modules/vitest/vitest.mjs';
const ROWS = 'conformance/rows';
const PAGE = 'docs/fidelity.md';
const STATES = ['agreed', 'left', 'not applicable'];

const options = new Set(process.argv.slice(2));
const services = readdirSync(ROWS)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ service: name.replace('.json', ''), rows: parseRows(join(ROWS, name)) }));

if (options.has('--docs')) process.exit(writePage());
if (options.has('--rows')) process.exit(printRows());
process.exit(
  spawnSync(process.execPath, [VITEST, 'run', '--project', 'conformance'], { stdio: 'inherit' }).status ?? 1,
);

/**
 * A row: `id`, `fact` (a sentence), `source`, `state` (agreed, left, not applicable), `tests` (`file: title`, one or more when agreed),
 * `siblings` (what else was checked, two or more when it was mended), `reason` (when it is not agreed).
 */
function parseRows(path) {
  const rows = JSON.parse(readFileSync(path, 'utf8'));
  for (const { id, fact, source, state, tests = [], reason } of rows) {
    const complain = (message) => {
      throw new Error(`${path}: row ${id}: ${message}`);
    };
    if (!id || !fact || !source) complain('needs an id, a fact and a source.');
    if (!STATES.includes(state)) complain(`has the state '${state}'; expected one of ${STATES.join(', ')}.`);
    if (state === 'agreed' && tests.length === 0) complain('agrees, and names no test.');
    if (state !== 'agreed' && !reason) complain('needs a reason.');
  }
  return rows;
}

function printRows() {
  const results = runTests([
    ...new Set(services.flatMap(({ rows }) => rows.flatMap((row) => (row.tests ?? []).map(fileOf)))),
  ]);
  let wrong = 0;
  for (const { service, rows } of services) {
    console.log(`\n${service}`);
    let agreed = 0;
    for (const { id, fact, state, tests = [], siblings = [], reason } of rows) {
      const failing = state === 'agreed' ? tests.filter((test) => results.get(test) !== 'passed') : [];
      const shown = failing.length > 0 ? 'WRONG' : state;
      if (failing.length > 0) wrong++;
      else if (state === 'agreed') agreed++;
      console.log(`  ${id.padEnd(16)} ${shown.padEnd(15)} ${fact}`);
      if (reason) console.log(`  ${''.padEnd(32)} ${reason}`);
      if (siblings.length > 0) console.log(`  ${''.padEnd(32)} also checked: ${siblings.join(' · ')}`);
      for (const test of failing) console.log(`  ${''.padEnd(32)} ${results.get(test) ?? 'no such test'}: ${test}`);
    }
    const counted = rows.filter(({ state }) => state !== 'not applicable');
    console.log(`  ${agreed} of ${counted.length} agreed`);
  }
  return wrong === 0 ? 0 : 1;
}

/** Results by `file: title`. */
function runTests(files) {
  if (files.length === 0) return new Map();
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-rows-'));
  const report = join(folder, 'report.json');
  const args = [
    VITEST,
    'run',
    '--project',
    'unit',
    '--project',
    'conformance',
    '--reporter=json',
    `--outputFile=${report}`,
    ...files,
  ];
  try {
    spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return new Map(
      testResults.flatMap(({ name, assertionResults }) =>
        assertionResults.map(({ fullName, title, status }) => [
          `${relative(process.cwd(), name)}: ${fullName.trim() || title}`,
          status,
        ]),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileOf(test) {
  return test.slice(0, test.indexOf(': '));
}

function writePage() {
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const table = ({ service, rows }) => {
    const lines = rows
      .filter(({ state }) => state !== 'not applicable')
      .map(
        ({ fact, state, source, reason }) =>
          `| ${cell(fact)} | ${state}${reason ? `: ${cell(reason)}` : ''} | ${cell(source)} |`,
      );
    return `## ${service}\n\n| what the real service does | Earwitness | source |\n|---|---|---|\n${lines.join('\n')}\n`;
  };
  const text = `# Fidelity

Facts about the real services that were checked one by one, and whether Earwitness agrees. \`npm run conformance -- --rows\` runs the tests
behind them. Generated from \`${ROWS}/\` (\`npm run conformance -- --docs\`).

${services.map(table).join('\n')}`;
  if (!options.has('--check')) writeFileSync(PAGE, text);
  else if (readFileSync(PAGE, 'utf8') !== text) {
    console.log(`${PAGE} is stale: npm run conformance -- --docs`);
    return 1;
  }
  return 0;
}
