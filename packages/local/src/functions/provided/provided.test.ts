// Functions with a `bootstrap` of their own, here in shell; it speaks the Runtime API by curl. Skipped, with the reason
// printed, where that is not there.
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, project, start } from '../test-function.ts';

afterEach(cleanUp);

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.log('Tests of provided.* in shell are left out: there is no curl on the PATH.');

const LOOP = (work: string) => `#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while true; do
  event=$(curl -sS -D /tmp/headers.$$ "$api/invocation/next") || exit 1
  id=$(tr -d '\\r' < /tmp/headers.$$ | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
  rm /tmp/headers.$$
  ${work}
done
`;

async function bootstrap(work: string) {
  const code = project({ bootstrap: LOOP(work) });
  chmodSync(join(code.path, 'bootstrap'), 0o755);
  return await start(
    { code, handler: 'anything' },
    { runtime: 'provided.al2023', variables: { PATH: '/usr/bin:/bin' } },
  );
}

test.skipIf(!hasCurl)('an event goes in and its answer comes back, with what was printed', async () => {
  const { invoke } = await bootstrap(
    'echo "got $event"; curl -sS -X POST "$api/invocation/$id/response" -d "{\\"event\\":$event,\\"pid\\":$$}" > /dev/null',
  );
  const first = await invoke({ order: 1 });
  const second = await invoke({ order: 2 });
  expect(first.log.map(({ message }) => message).slice(0, 3)).toEqual([
    'START RequestId: request-1 Version: $LATEST',
    'got {"order":1}',
    'END RequestId: request-1',
  ]);
  const { pid } = JSON.parse(first.payload);
  expect(JSON.parse(second.payload)).toEqual({ event: { order: 2 }, pid });
});

// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html; PATH: LocalStack lambda_common.
test.skipIf(!hasCurl)('the bootstrap may be that of a layer, which finds what its layers have in bin', async () => {
  const layer = project({
    bootstrap: LOOP('curl -sS -X POST "$api/invocation/$id/response" -d "\\"$(from-layer)\\"" > /dev/null'),
    'bin/from-layer': '#!/bin/sh\necho here',
  });
  for (const name of ['bootstrap', 'bin/from-layer']) chmodSync(join(layer.path, name), 0o755);
  const { invoke } = await start(
    { code: project({ 'data.txt': '' }), handler: 'anything', layers: [layer] },
    { runtime: 'provided.al2023', variables: { PATH: '/usr/bin:/bin' } },
  );
  expect((await invoke({})).payload).toBe('"here"');
});
