import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnvFile, variablesForParameters, withEnvFile } from './env-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-env-'));
  writeFileSync(join(folder, '.env'), '# ours\nSTAGE=dev\nNAME="a b"\nMOMENTO_AUTH_TOKEN=t\nSIZE=3 # of all\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder without .env adds nothing', () => {
  expect(readEnvFile(join(folder, 'none'))).toBeUndefined();
  expect(withEnvFile({ A: 'a' }, undefined)).toEqual({ A: 'a' });
});

test('a variable that is set stays as it is, even when it is empty', () => {
  expect(withEnvFile({ STAGE: 'prod', SIZE: '', PATH: '/bin' }, readEnvFile(folder))).toEqual({
    STAGE: 'prod',
    NAME: 'a b',
    SIZE: '',
    PATH: '/bin',
  });
});

test('parameters take what is set and what the file adds, but nothing that every shell has', () => {
  const host = { STAGE: 'prod', PATH: '/bin', HOME: '/home', npm_config_cache: '/c', MOMENTO_API_KEY: 'real' };
  expect(variablesForParameters(host, readEnvFile(folder))).toEqual({ STAGE: 'prod', NAME: 'a b', SIZE: '3' });
});
