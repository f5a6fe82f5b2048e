// Where a local cloud's state stands, as flags, the configuration and the environment say it. Secrets need not stand in
// a command line: the variables are those of NATS's own command line.
import { resolve } from 'node:path';
import type { LocalOptions } from '@earwitness/local';
import type { EarwitnessConfig } from '../../config.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { UsageError } from '../usage-error.ts';

/** Variable by option. Source: natscli README, "Configuration contexts"; `nats --help`. */
const VARIABLES = {
  creds: 'NATS_CREDS',
  nkey: 'NATS_NKEY',
  user: 'NATS_USER',
  password: 'NATS_PASSWORD',
  token: 'NATS_TOKEN',
  ca: 'NATS_CA',
  cert: 'NATS_CERT',
  key: 'NATS_KEY',
} as const;

/** @throws UsageError when both a backbone and a folder are named */
export function backboneOf(
  config: Pick<EarwitnessConfig, 'backbone' | 'data'>,
  options: Pick<CloudOptions, 'backbone' | 'data' | 'nodeName'> & { readonly folder: string },
  environment: NodeJS.ProcessEnv,
): Pick<LocalOptions, 'backbone' | 'data' | 'nodeName'> {
  const { folder, nodeName } = options;
  const name = nodeName === undefined ? {} : { nodeName };
  if (options.backbone !== undefined && options.data !== undefined) {
    throw new UsageError(
      '--backbone and --data exclude one another: --data starts a NATS server of its own on the folder, --backbone names one that runs.',
    );
  }
  // A flag wins over the configuration, whatever that names.
  if (options.data !== undefined) return { ...name, data: resolve(folder, options.data) };
  const url = options.backbone ?? config.backbone;
  if (url !== undefined) {
    const given = Object.entries(VARIABLES).flatMap(([key, variable]) => {
      const value = environment[variable];
      return value ? [[key, value]] : [];
    });
    return { ...name, backbone: { url, ...Object.fromEntries(given) } };
  }
  return config.data === undefined ? {} : { ...name, data: resolve(folder, config.data) };
}
