// The packages that Lambda's Node runtime brings along: AWS SDK v3 clients. Most projects do not deploy them, and many
// templates name them as external. Here they come from the function's own node_modules when they are there, else from
// the project that started the local cloud.
//
// They stay where they are and are loaded from disk: a client is a megabyte of script, whose bundling takes half a
// second and whose worker starts no faster for it (measured). Only what lies in an unpacked archive is bundled, because
// that goes away.
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { findInLayers } from './layer-packages.ts';

const PROVIDED = /^@(?:aws-sdk|smithy|aws-crypto)\//;

/** Version 2, which no current runtime provides. It stays on disk, too: large, and runtime/modules.ts tells it. */
const OLD_SDK = /^aws-sdk(?:\/|$)/;

/**
 * Where what Lambda provides was found: with the function, with the project that started the local cloud, or nowhere.
 */
export type Provision =
  | { readonly kind: 'own' }
  | { readonly kind: 'project' }
  | { readonly kind: 'missing'; readonly text: string };

/** Whether Lambda provides the package. */
export function isProvidedPackage(name: string): boolean {
  return PROVIDED.test(name);
}

/** `root` is the directory that is bundled; `isTemporary` when it goes away afterwards. */
export function providePackages(options: {
  readonly root: string;
  readonly isTemporary: boolean;
  /** `node_modules` of layers, the one that wins last. */
  readonly layerPackages: readonly string[];
  readonly format: 'cjs' | 'esm';
}): Plugin {
  const { root, isTemporary, layerPackages, format } = options;
  return {
    name: 'provided-packages',
    setup(build) {
      build.onResolve({ filter: OLD_SDK }, (args) => {
        if (isTemporary || args.importer.includes('/node_modules/')) return undefined;
        const path = resolveFrom(args.importer, args.path);
        if (path === undefined) return undefined;
        return { path: format === 'esm' ? pathToFileURL(path).href : path, external: true };
      });
      build.onResolve({ filter: PROVIDED }, (args) => {
        // What a bundled package itself imports goes in with it.
        if (args.importer.includes('/node_modules/')) return undefined;
        const path =
          resolveFrom(args.importer, args.path) ??
          findInLayers(layerPackages, args.path) ??
          resolveFrom(`${process.cwd()}/`, args.path);
        if (path === undefined) {
          const text = describeMissing(args.path);
          return { errors: [{ text }] };
        }
        if (isTemporary && !relative(root, path).startsWith('..')) return undefined;
        return { path: format === 'esm' ? pathToFileURL(path).href : path, external: true };
      });
    },
  };
}

/**
 * A plugin that lets all provided packages be, and afterwards tells where they come from.
 * @param layerPackages `node_modules` of layers: what they have, Node finds
 */
export function surveyProvidedPackages(layerPackages: readonly string[]): {
  readonly plugin: Plugin;
  tell(): Provision;
} {
  let provision: Provision = { kind: 'own' };
  const plugin: Plugin = {
    name: 'provided-packages',
    setup(build) {
      build.onResolve({ filter: PROVIDED }, ({ importer, path, kind }) => {
        const isAsked = kind !== 'dynamic-import' && !importer.includes('/node_modules/');
        if (isAsked && (resolveFrom(importer, path) ?? findInLayers(layerPackages, path)) === undefined) {
          const isInProject = resolveFrom(`${process.cwd()}/`, path) !== undefined;
          if (!isInProject) provision = { kind: 'missing', text: describeMissing(path) };
          else if (provision.kind === 'own') provision = { kind: 'project' };
        }
        return { path, external: true };
      });
    },
  };
  return { plugin, tell: () => provision };
}

function describeMissing(path: string): string {
  const name = path.split('/').slice(0, 2).join('/');
  return (
    `Could not resolve "${path}". Lambda provides this package; here it comes from your project: ` +
    `npm install --save-dev ${name}`
  );
}

function resolveFrom(importer: string, name: string): string | undefined {
  try {
    return createRequire(importer).resolve(name);
  } catch {
    return undefined;
  }
}
