// Function URLs: an address of their own for a function, without an API in front of it.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Cors, GetFunctionUrlConfigResponse } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { type Found, type FunctionUrl, formatTime, without } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function functionUrlOperations({ functions, platform }: Parts) {
  const get = ({ fn, qualifier }: Found): FunctionUrl => {
    const url = ownEntry(fn.urls, qualifier);
    if (url) return url;
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.');
  };
  // Recorded on AWS: LocalStack lambda_api test_url_config_exceptions, test_ops_on_nonexisting_fn,
  // test_url_config_list_paging.
  const find = (name: string, call: Call, qualifier?: string): Found =>
    functions.find(name, call, { qualifier, missing: 'Function does not exist' });
  const findUrl = (name: string, call: Call, qualifier?: string): Found =>
    functions.find(name, call, { qualifier, missing: 'The resource you requested does not exist.' });
  const save = async (found: Found, url: FunctionUrl) => {
    const { fn, qualifier } = found;
    await functions.save({ ...fn, urls: { ...fn.urls, [qualifier]: url } });
    return describe(found, url);
  };
  const describe = ({ arn }: Found, url: FunctionUrl): GetFunctionUrlConfigResponse => ({
    FunctionUrl: `${platform.address.http}/_aws/lambda-url/${url.id}/`,
    FunctionArn: arn,
    AuthType: url.authType,
    ...(url.cors && { Cors: url.cors }),
    CreationTime: formatTime(url.created),
    LastModifiedTime: formatTime(url.lastModified),
    InvokeMode: url.invokeMode ?? 'BUFFERED',
  });
  return {
    CreateFunctionUrlConfig(input, call) {
      const found = find(input.FunctionName, call, input.Qualifier);
      if (ownEntry(found.fn.urls, found.qualifier)) {
        const message = `Failed to create function url config for [functionArn = ${found.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`;
        throw new ServiceError('ResourceConflictException', message);
      }
      const now = platform.clock.now();
      const { AuthType: authType, InvokeMode: invokeMode } = input;
      const more = { ...(input.Cors && { cors: input.Cors }), ...(invokeMode && { invokeMode }) };
      const times = { created: now, lastModified: now };
      return save(found, { id: platform.ids.word(32), authType, ...more, ...times });
    },

    ListFunctionUrlConfigs(input, call) {
      const { fn } = find(input.FunctionName, call);
      const { page, next } = takePage(Object.entries(fn.urls), input);
      const configs = page.map(([qualifier, url]) =>
        describe(functions.find(formatFunctionArn({ ...fn, qualifier }), call), url),
      );
      return { FunctionUrlConfigs: configs, ...next };
    },

    GetFunctionUrlConfig({ FunctionName, Qualifier }, call) {
      const found = findUrl(FunctionName, call, Qualifier);
      return describe(found, get(found));
    },

    UpdateFunctionUrlConfig(input, call) {
      const found = find(input.FunctionName, call, input.Qualifier);
      const cors: Cors | undefined = input.Cors;
      const url = get(found);
      const { AuthType: authType = url.authType, InvokeMode: invokeMode } = input;
      const more = { ...(cors && { cors }), ...(invokeMode && { invokeMode }) };
      return save(found, { ...url, authType, ...more, lastModified: platform.clock.now() });
    },

    async DeleteFunctionUrlConfig({ FunctionName, Qualifier }, call) {
      const found = findUrl(FunctionName, call, Qualifier);
      get(found);
      await functions.save({ ...found.fn, urls: without(found.fn.urls, found.qualifier) });
      return {};
    },
  } satisfies OperationsOf<'lambda'>;
}
