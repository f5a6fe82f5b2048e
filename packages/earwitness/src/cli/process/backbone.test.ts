import { expect, test } from 'vitest';
import { backboneOf } from './backbone.ts';

const folder = '/project';

test('nothing is said: the state stands in memory', () => {
  expect(backboneOf({}, { folder }, { NATS_CREDS: '/x' })).toEqual({});
});

test('a flag wins over the configuration, and variables of NATS say who connects', () => {
  const environment = { NATS_CREDS: '/team.creds', NATS_CA: '/ca.pem' };
  expect(backboneOf({ backbone: 'nats://one' }, { folder, nodeName: 'a' }, environment)).toEqual({
    nodeName: 'a',
    backbone: { url: 'nats://one', creds: '/team.creds', ca: '/ca.pem' },
  });
  expect(backboneOf({ data: 'other' }, { folder, backbone: 'nats://two' }, {})).toEqual({
    backbone: { url: 'nats://two' },
  });
  expect(backboneOf({ backbone: 'nats://one' }, { folder, data: '.cloud' }, {})).toEqual({ data: '/project/.cloud' });
});

test('a folder is meant from where the command works', () => {
  expect(backboneOf({ data: '.cloud' }, { folder }, {})).toEqual({ data: '/project/.cloud' });
});

test('two places at once are refused', () => {
  expect(() => backboneOf({}, { folder, backbone: 'nats://one', data: 'x' }, {})).toThrow(
    '--backbone and --data exclude one another: --data starts a NATS server of its own on the folder, --backbone names one that runs.',
  );
});
