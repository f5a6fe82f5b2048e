// The kit's two doors, as a project sees them: what can be imported can be required.
import { expect, test } from 'vitest';
import { createProject } from './project.ts';
import { run } from './run.ts';

const CODE = `const required = require('earwitness');
import('earwitness').then((imported) => console.log(JSON.stringify(Object.keys(imported).filter((name) => !(name in required)))));`;

test('everything that can be imported can be required', async () => {
  using project = createProject({});
  const { stdout, stderr } = await run(process.execPath, ['-e', CODE], { cwd: project.folder });
  expect({ stdout, stderr }).toEqual({ stdout: '[]\n', stderr: '' });
});
