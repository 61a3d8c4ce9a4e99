/**
 * Makes the stacks of errors name the author's own files and lines, where a frame lies in the bundle.
 *
 * Node can do that itself (`process.setSourceMapsEnabled`), for some ms at every start, whether or not anything is ever
 * thrown. Here the source map is first read when a stack is. The form is that of Node's own.
 *
 * Invariants
 * - a frame that the map does not know, and every frame outside of the bundle, stays as V8 writes it
 * - making a stack never throws
 */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Maps the frames of the module at `url`, from now on. `sourceMap` is its map as JSON. */
export function mapStacks(url: string, sourceMap: string): void {
  let map: SourceMap | undefined;
  const textOf = (frame: NodeJS.CallSite): string => {
    const text = String(frame);
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    if (frame.getFileName() !== url || line === null || column === null) return text;
    map ??= new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
    const found = map.findEntry(line - 1, column - 1);
    if (!('originalSource' in found) || typeof found.originalSource !== 'string') return text;
    const place = `${pathOf(found.originalSource)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    const generated = `${url}:${line}:${column}`;
    // A frame without a function is its place alone.
    return text.endsWith(`(${generated})`)
      ? `${text.slice(0, -generated.length - 1)}${place})`
      : text.replace(generated, () => `<anonymous> (${place})`);
  };
  Error.prepareStackTrace = (error, frames) => {
    try {
      return [headOf(error), ...frames.map((frame) => `    at ${textOf(frame)}`)].join('\n');
    } catch {
      return `${headOf(error)}\n    at ${frames.map(String).join('\n    at ')}`;
    }
  };
}

/** What is above the frames; Node's own errors show their code there. */
function headOf(error: Error): string {
  try {
    const { name, code, message } = error as NodeJS.ErrnoException;
    return isOfNode(error) ? `${name} [${code}]: ${message}` : Error.prototype.toString.call(error);
  } catch {
    // It has a name or a message that throws when it is read.
    return '<error>';
  }
}

/** Node marks the errors of its own, by a symbol that it gives nobody. */
function isOfNode(error: Error): boolean {
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.getOwnPropertySymbols(at).some(({ description }) => description === 'kIsNodeError'))
      return true;
  }
  return false;
}

function pathOf(source: string): string {
  return source.startsWith('file://') ? fileURLToPath(source) : source;
}
