/**
 * What goes over the WebSocket of a command in a container: messages of bytes, the first of which says what they are.
 *
 * Pure. Client to server: first that it listens, then input, end of input, size. Server to client: output, errors, and at the end the exit code or
 * why there is none.
 */
import { z } from 'zod';
import { errorDocument } from './api/error-schemas.ts';
import type { TerminalSize } from './exec.ts';

const KIND = {
  stdin: 0,
  stdinEnd: 1,
  size: 2,
  start: 3,
  stdout: 16,
  stderr: 17,
  exit: 18,
  failed: 19,
} as const;

/** Most columns and rows; what fits two bytes. */
const LARGEST_SIDE = 65_535;

const failure = errorDocument.extend({ status: z.int() });
export type ExecFailure = z.output<typeof failure>;

export type ExecFrame =
  | { readonly kind: 'stdin' | 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly kind: 'start' | 'stdinEnd' }
  | { readonly kind: 'size'; readonly size: TerminalSize }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'failed'; readonly failure: ExecFailure };

/** A frame as bytes. */
export function encodeExecFrame(frame: ExecFrame): Uint8Array {
  const kind = KIND[frame.kind];
  switch (frame.kind) {
    case 'stdin':
    case 'stdout':
    case 'stderr':
      return Buffer.concat([Buffer.of(kind), frame.bytes]);
    case 'start':
    case 'stdinEnd':
      return Buffer.of(kind);
    case 'size': {
      const bytes = Buffer.alloc(5);
      bytes[0] = kind;
      bytes.writeUInt16BE(Math.min(frame.size.columns, LARGEST_SIDE), 1);
      bytes.writeUInt16BE(Math.min(frame.size.rows, LARGEST_SIDE), 3);
      return bytes;
    }
    case 'exit': {
      const bytes = Buffer.alloc(5);
      bytes[0] = kind;
      bytes.writeInt32BE(frame.code, 1);
      return bytes;
    }
    case 'failed':
      return Buffer.concat([Buffer.of(kind), Buffer.from(JSON.stringify(frame.failure))]);
  }
}

/** The frame of these bytes; undefined where they are none. */
export function decodeExecFrame(data: Uint8Array): ExecFrame | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const rest = bytes.subarray(1);
  switch (bytes[0]) {
    case KIND.stdin:
      return { kind: 'stdin', bytes: rest };
    case KIND.stdout:
      return { kind: 'stdout', bytes: rest };
    case KIND.stderr:
      return { kind: 'stderr', bytes: rest };
    case KIND.start:
      return { kind: 'start' };
    case KIND.stdinEnd:
      return { kind: 'stdinEnd' };
    case KIND.size:
      if (rest.length !== 4) return undefined;
      return { kind: 'size', size: { columns: rest.readUInt16BE(0), rows: rest.readUInt16BE(2) } };
    case KIND.exit:
      return rest.length === 4 ? { kind: 'exit', code: rest.readInt32BE(0) } : undefined;
    case KIND.failed:
      return failed(rest);
    default:
      return undefined;
  }
}

function failed(bytes: Buffer): ExecFrame | undefined {
  try {
    const told = failure.safeParse(JSON.parse(bytes.toString()));
    return told.success ? { kind: 'failed', failure: told.data } : undefined;
  } catch {
    return undefined;
  }
}
