/**
 * Turns what user code prints into log messages that carry the call they belong to.
 *
 * `process.stdout` and `process.stderr` become streams of ours; the call comes from the async context of
 * the write. What bypasses them (native code, child processes) goes to the real fds 1 and 2, which the
 * engine reads as well. Where stdout is a FIFO that this process must read itself (DRAY_STDOUT_FD, see
 * containers/docker), this file does.
 *
 * Invariants
 * - nothing printed is lost at an exit: writes reach the channel synchronously, the FIFO is read out last
 * - a child process that the event loop waits for (spawnSync) never fills the FIFO: its output takes a file
 */
import childProcess from 'node:child_process';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { LogSource } from '../../protocol/runner-messages.ts';

export type EmitLog = (source: LogSource, bytes: Uint8Array) => void;

/** Replaces the standard streams. Returns how to read out what is left at the end. */
export function captureOutput(emit: EmitLog): () => void {
  replaceStream('stdout', 1, emit);
  replaceStream('stderr', 2, emit);
  const fifo = Number(process.env.DRAY_STDOUT_FD ?? 0);
  delete process.env.DRAY_STDOUT_FD;
  if (fifo === 0) return () => {};
  const onBytes = (bytes: Uint8Array) => emit('stdout', bytes);
  const socket = new Socket({ fd: fifo, readable: true, writable: false });
  socket.on('data', onBytes);
  socket.unref();
  sendSyncChildrenToFiles(onBytes);
  return () => readOut(fifo, onBytes);
}

function replaceStream(source: LogSource, fd: number, emit: EmitLog): void {
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      emit(source, chunk);
      done();
    },
  });
  // What libraries look at to choose colours and to write past the stream.
  Object.assign(stream, { fd, isTTY: false, _type: 'pipe' });
  Object.defineProperty(process, source, { configurable: true, enumerable: true, get: () => stream });
}

/** Reads what is in the FIFO without waiting for more. */
function readOut(fd: number, onBytes: (bytes: Uint8Array) => void): void {
  const buffer = Buffer.allocUnsafe(65_536);
  for (;;) {
    let length: number;
    try {
      length = readSync(fd, buffer);
    } catch {
      // EAGAIN: it is empty. EBADF: user code closed it. Either way there is no more to read.
      return;
    }
    if (length === 0) return;
    onBytes(Buffer.from(buffer.subarray(0, length)));
  }
}

type SyncOptions = { stdio?: unknown } | undefined;

/** While a synchronous child runs nobody reads the FIFO, so a child that inherits stdout would hang when it fills. */
function sendSyncChildrenToFiles(onBytes: (bytes: Uint8Array) => void): void {
  const { spawnSync, execFileSync, execSync } = childProcess;
  const redirect = <R>(options: SyncOptions, run: (options: SyncOptions) => R): R => {
    const stdio = inheritingStdio(options?.stdio);
    if (stdio === undefined) return run(options);
    const path = join(tmpdir(), `.dray-stdout-${process.pid}-${performance.now()}`);
    const fd = openSync(path, 'w+', 0o600);
    unlinkSync(path);
    try {
      return run({ ...options, stdio: stdio.map((entry) => (isStdout(entry) ? fd : entry)) });
    } finally {
      forwardFile(fd, onBytes);
      closeSync(fd);
    }
  };
  type Loose = (...args: unknown[]) => unknown;
  childProcess.spawnSync = ((file: string, ...rest: unknown[]) => {
    const [args, options] = Array.isArray(rest[0]) ? [rest[0], rest[1]] : [[], rest[0] ?? rest[1]];
    return redirect(options as SyncOptions, (given) => (spawnSync as Loose)(file, args, given));
  }) as typeof spawnSync;
  childProcess.execFileSync = ((file: string, ...rest: unknown[]) => {
    const [args, options] = Array.isArray(rest[0]) ? [rest[0], rest[1]] : [[], rest[0] ?? rest[1]];
    return redirect(options as SyncOptions, (given) => (execFileSync as Loose)(file, args, given));
  }) as typeof execFileSync;
  childProcess.execSync = ((command: string, options: SyncOptions) =>
    redirect(options, (given) => (execSync as Loose)(command, given))) as typeof execSync;
  syncBuiltinESMExports();
}

/** `stdio` with an entry for each stream, where stdout is this process's own; else undefined. */
function inheritingStdio(stdio: unknown): unknown[] | undefined {
  const entries = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  if (!entries.slice(1).some(isStdout)) return undefined;
  return entries.map((entry, index) => (entry === 'inherit' ? index : entry));
}

function isStdout(entry: unknown): boolean {
  return entry === 1 || entry === 'inherit' || (entry as { fd?: number } | null)?.fd === 1;
}

function forwardFile(fd: number, onBytes: (bytes: Uint8Array) => void): void {
  const buffer = Buffer.allocUnsafe(65_536);
  for (let position = 0; ; ) {
    const length = readSync(fd, buffer, 0, buffer.length, position);
    if (length === 0) return;
    onBytes(Buffer.from(buffer.subarray(0, length)));
    position += length;
  }
}
