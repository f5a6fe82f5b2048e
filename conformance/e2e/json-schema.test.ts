// jsonSchema() in a project of a user's, where ajv is the project's own affair.
import { expect, test } from 'vitest';
import { createProject } from './project.ts';
import { run } from './run.ts';

const CODE = `import { jsonSchema } from 'earwitness';
const schema = { $schema: 'http://json-schema.org/draft-07/schema#', properties: { id: { format: 'uuid' } } };
try {
  console.log(jsonSchema(schema).matches({ id: '1' }));
} catch (error) {
  console.log(error.name + ': ' + error.message);
}`;

test.concurrent.each([
  [
    'says what to install without ajv',
    {},
    'ConfigurationError: jsonSchema() needs the package ajv, version 8: npm install -D ajv ajv-formats',
  ],
  [
    'says what a format needs without ajv-formats',
    { ajv: 'node_modules/ajv' },
    'ExpectationError: The JSON schema cannot be compiled: unknown format "uuid" ignored in schema at path "#/properties/id" ("format" needs the package ajv-formats).',
  ],
])('the packed kit %s', async (_, packages, said) => {
  using project = createProject(packages);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', CODE], { cwd: project.folder });
  expect(stdout.trim()).toBe(said);
});
