// Whether functions in Python find boto3 on this machine. A test that needs it is skipped otherwise, and the reason printed.
import { spawnSync } from 'node:child_process';
import { findInterpreter } from '../packages/local/src/functions/python/interpreter.ts';

/** Older ones do not read AWS_ENDPOINT_URL. */
const QUESTION = 'import boto3; assert [int(part) for part in boto3.__version__.split(".")[:2]] >= [1, 28]';

const interpreter = await findInterpreter('python3.12');

export const hasBoto3 = interpreter !== undefined && spawnSync(interpreter.file, ['-c', QUESTION]).status === 0;
if (!hasBoto3) {
  console.log('Tests of boto3 are left out: the Python of the PATH has none of 1.28 or later (pip install boto3).');
}
