// A thread has the directory of its process, which cannot be changed for it alone. A function believes to be in its own
// folder: it is told so, and the names that it gives to Node's file functions start there. Native code and processes
// that it starts still have the host's. The same goes for `/opt`, where its layers are.

/** `root`: where names start that are not absolute; `undefined` in a process, which has a directory. */
export function setWorkingDirectory({
  root,
  optRoot,
}: {
  readonly root: string | undefined;
  readonly optRoot: string | undefined;
}): void {
  const { isAbsolute, join } = process.getBuiltinModule('node:path');
  const files = process.getBuiltinModule('node:fs');
  const place = (name: unknown) => {
    if (typeof name !== 'string' || name === '') return name;
    if (!isAbsolute(name)) return root === undefined ? name : join(root, name);
    return optRoot !== undefined && /^\/opt(?=\/|$)/.test(name) ? join(optRoot, name.slice('/opt'.length)) : name;
  };
  const first = [
    ...['access', 'appendFile', 'chmod', 'createReadStream', 'createWriteStream', 'exists', 'lstat', 'mkdir', 'open'],
    ...[
      'opendir',
      'readFile',
      'readdir',
      'readlink',
      'realpath',
      'rm',
      'rmdir',
      'stat',
      'truncate',
      'unlink',
      'utimes',
    ],
    ...['watch', 'watchFile', 'writeFile'],
  ];
  const both = ['copyFile', 'cp', 'link', 'rename'];
  type Call = (...given: unknown[]) => unknown;
  const adjust = (owner: object, name: string, count: number) => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') return;
    const adjusted: Call = function (this: unknown, ...given) {
      return Reflect.apply(original, this, [...given.slice(0, count).map(place), ...given.slice(count)]);
    };
    // What hangs on the function, such as realpath.native and the promise that util.promisify takes.
    Object.defineProperties(adjusted, Object.getOwnPropertyDescriptors(original));
    Reflect.set(owner, name, adjusted);
  };
  for (const [names, count] of [
    [first, 1],
    [both, 2],
  ] as const) {
    for (const name of names) {
      adjust(files, name, count);
      adjust(files, `${name}Sync`, count);
      adjust(files.promises, name, count);
    }
  }
  if (root !== undefined) process.cwd = () => root;
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}
