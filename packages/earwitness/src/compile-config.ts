// Turns a configuration file into one piece of JavaScript by esbuild: a Node without type stripping reads TypeScript
// too, and everything the file imports is taken in, so that nothing is written to disk. Of `earwitness` itself it gets
// `defineConfig` only: a configuration loads wherever the package is installed, or is not.

/** @throws Error with esbuild's own messages when the file does not compile */
export async function compileConfig(file: string, format: 'esm' | 'cjs'): Promise<string> {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format,
    target: 'node20',
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'earwitness',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^earwitness$/ }, ({ path }) => ({ path, namespace: 'earwitness' }));
          onLoad({ filter: /.*/, namespace: 'earwitness' }, () => ({
            contents: 'export const defineConfig = (config) => config;',
          }));
        },
      },
    ],
  });
  return Buffer.from(result.outputFiles[0]?.contents ?? []).toString('utf8');
}
