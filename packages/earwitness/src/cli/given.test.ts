import { expect, test } from 'vitest';
import { givenBy, givenTemplates, storedBy } from './given.ts';

const given = givenBy({}, { ssm: ['/user:3=ann', '/user:2=ann', '/host=h'] });

test('an entry that is given with a version has that many versions: templates that follow one another make them', () => {
  const described = givenTemplates(given).map((template) => {
    const { Resources } = JSON.parse(template);
    return [Resources.Given1.Properties.Description, Resources.Given2.Properties.Description];
  });
  expect(described).toEqual([
    ['version 1', 'version 1'],
    ['version 2', 'version 1'],
    ['version 3', 'version 1'],
  ]);
});

test('an entry is read by its name, and by each of its versions', () => {
  expect(storedBy(given)).toEqual({
    ...{ '/user': 'ann', '/user:1': 'ann', '/user:2': 'ann', '/user:3': 'ann' },
    ...{ '/host': 'h', '/host:1': 'h' },
  });
});

test('nothing that is given needs no stack', () => {
  expect(givenTemplates(givenBy({}, {}))).toEqual([]);
});
