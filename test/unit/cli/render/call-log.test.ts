import { describe, expect, it } from 'vitest';
import { CallLog } from '../../../../src/cli/render/call-log.ts';
import type { LogEntry } from '../../../../src/protocol/control-plane.ts';

class Sink {
  readonly chunks: Buffer[] = [];
  write(chunk: Uint8Array): boolean {
    this.chunks.push(Buffer.from(chunk));
    return true;
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

const entry = (text: string | Buffer, given: Partial<LogEntry> = {}): LogEntry => ({
  functionName: 'f',
  callId: undefined,
  containerId: 'ct-1',
  source: 'stdout',
  bytes: Buffer.from(text),
  ...given,
});

function open(options: { prefix?: boolean; timestamps?: boolean } = {}) {
  const stdout = new Sink();
  const stderr = new Sink();
  return {
    stdout,
    stderr,
    log: new CallLog({ stdout, stderr, prefix: false, timestamps: false, ...options }),
  };
}

describe('in a pipe', () => {
  it('goes out byte for byte, to the stream it was printed on', () => {
    const { log, stdout, stderr } = open();
    const binary = Buffer.from([0, 255, 10, 27]);
    log.write(entry(binary));
    log.write(entry('oops', { source: 'stderr' }));
    expect(Buffer.concat(stdout.chunks)).toEqual(binary);
    expect(stderr.text).toBe('oops');
  });
});

describe('on a terminal', () => {
  it('heads each line with its function', () => {
    const { log, stdout } = open({ prefix: true });
    log.write(entry('a\nb\n'));
    expect(stdout.text).toBe('f a\nf b\n');
  });

  it('keeps lines of two containers whole although their pieces come mixed', () => {
    const { log, stdout } = open({ prefix: true });
    log.write(entry('on'));
    log.write(entry('tw', { containerId: 'ct-2' }));
    log.write(entry('e\n'));
    log.write(entry('o\n', { containerId: 'ct-2' }));
    expect(stdout.text).toBe('f one\nf two\n');
  });

  it('finishes a last line that never got its newline', () => {
    const { log, stdout } = open({ prefix: true });
    log.write(entry('no newline'));
    expect(stdout.text).toBe('');
    log.end();
    expect(stdout.text).toBe('f no newline\n');
  });

  it('adds the time when asked', () => {
    const { log, stdout } = open({ timestamps: true });
    log.write(entry('x\n'));
    expect(stdout.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z x\n$/);
  });
});
