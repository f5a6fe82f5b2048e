// Stack traces show the user's own files and lines. The map is read when the first stack is asked for.
import type { SourceMap } from 'node:module';
import type { HandlerStart } from '../node/handler-start.ts';

export function mapStackTraces(start: HandlerStart): void {
  const { SourceMap } = process.getBuiltinModule('node:module');
  let map: SourceMap | undefined;
  Error.prepareStackTrace = (error, sites) => {
    let text: string;
    try {
      text = Error.prototype.toString.call(error);
    } catch {
      text = 'Error';
    }
    for (const site of sites) {
      const file = site.getFileName() ?? '';
      if (file === start.runtimeFile || file.startsWith('node:internal/')) continue;
      let frame = String(site);
      const line = site.getLineNumber();
      const column = site.getColumnNumber();
      if (
        start.sourceMap !== '' &&
        (file === start.file || file.startsWith('data:')) &&
        line !== null &&
        column !== null
      ) {
        map ??= new SourceMap(JSON.parse(start.sourceMap));
        const origin = map.findEntry(line - 1, column - 1);
        const place = `${file}:${line}:${column}`;
        if ('originalSource' in origin) {
          frame = frame.replace(
            place,
            () => `${origin.originalSource}:${origin.originalLine + 1}:${origin.originalColumn + 1}`,
          );
        } else frame = frame.replace(place, () => `${start.file}:${line}:${column}`);
      }
      frame = frame.replaceAll(start.root, () => start.shownRoot);
      if (start.optRoot !== undefined) frame = frame.replaceAll(start.optRoot, '/opt');
      text += `\n    at ${frame}`;
    }
    return text;
  };
}
