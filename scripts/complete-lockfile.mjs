// npm leaves out of the lock file the optional packages of other platforms that the registry at hand does not have, and `npm ci`
// then refuses the file for lacking them. This adds them by name, version and platform; run it after every `npm install`.
//   node scripts/complete-lockfile.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const missing = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name))
      missing.push({ name, version: range.replace(/^[~^]/, ''), dev: entry.dev, peer: entry.peer });
  }
}

// A package is looked for as Node does: beside whoever asks, then in each folder above, a workspace's folder included.
function isLocked(path, name) {
  for (let at = path; ; at = above(at)) {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

function above(path) {
  const outside = path.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '');
  return outside === path ? '' : outside;
}

if (process.argv.includes('--check')) {
  for (const { name } of missing)
    console.error(`package-lock.json lacks ${name}: run node scripts/complete-lockfile.mjs`);
  process.exit(missing.length === 0 ? 0 : 1);
}

for (const { name, version, dev, peer } of missing) {
  const words = name.split(/[-/.]/);
  const platform = (known) =>
    known.filter((word) => words.some((part) => part === word || (word === 'arm' && part === 'armv7')));
  const [os, cpu] = [platform(OS), platform(CPU)];
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? ['musl']
      : words.some((part) => /^gnu/.test(part))
        ? ['glibc']
        : [];
  lock.packages[`node_modules/${name}`] = {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    optional: true,
    ...(os.length > 0 && { os }),
    ...(peer && { peer }),
    ...(libc.length > 0 && { libc }),
  };
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`${missing.length} optional packages added`);
