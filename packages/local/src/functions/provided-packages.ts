// The packages that Lambda's Node runtime brings along: AWS SDK v3 clients. Most projects do not deploy them, and many templates
// name them as external. Here they come from the function's own node_modules when they are there, else from the project that
// started the local cloud.
import type { Plugin } from 'esbuild';

const PROVIDED = /^@(?:aws-sdk|smithy|aws-crypto)\//;

/** Whether Lambda provides the package. */
export function isProvidedPackage(name: string): boolean {
  return PROVIDED.test(name);
}

export function providePackages(): Plugin {
  return {
    name: 'provided-packages',
    setup(build) {
      build.onResolve({ filter: PROVIDED }, async (args) => {
        // What a package itself imports is resolved where that package was found.
        if (args.pluginData === 'asked' || args.importer.includes('/node_modules/')) return undefined;
        const { importer, kind, namespace } = args;
        const again = { importer, kind, namespace, pluginData: 'asked' };
        const own = await build.resolve(args.path, { ...again, resolveDir: args.resolveDir });
        if (own.errors.length === 0) return own;
        const project = await build.resolve(args.path, { ...again, resolveDir: process.cwd() });
        if (project.errors.length === 0) return project;
        const name = args.path.split('/').slice(0, 2).join('/');
        const text =
          `Could not resolve "${args.path}". Lambda provides this package; here it comes from your project: ` +
          `npm install --save-dev ${name}`;
        return { errors: [{ text }] };
      });
    },
  };
}
