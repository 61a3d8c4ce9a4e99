import { describe, expect, it } from 'vitest';
import { decodeTrace } from '../../../../../src/runtime/containers/docker/engine-build-trace.ts';

/** Recorded from engines that built `RUN ["/bin/sh","-ec","echo é; exit 7"]`. */
const RECORDED = {
  failed20:
    'CqECCkdzaGEyNTY6OTcyYWIzOTM4ZmQ1NjQ0MjY1ZTU2MWVmNGUwNWNjMmEzZDQ5N2U2MGI1NzFhM2Y2MGEwMzQ5NDE1NTA1YTRiZhJHc2hhMjU2Ojk1MTRjY2YzM2YwMDBhZWNiZmRjMzNiNGY4YjUzZjc4NjAwMTNkM2RiOWMwMmMxMjQwZDBiZTRlZDVmMDZjMDUaLVsyLzJdIFJVTiBbIi9iaW4vc2giLCItZWMiLCJlY2hvIMOpOyBleGl0IDciXSoLCOW7i9gGEJW48QcyDAjlu4vYBhDq+7qJAjpDZXhlY3V0b3IgZmFpbGVkIHJ1bm5pbmcgWy9iaW4vc2ggLWVjIGVjaG8gw6k7IGV4aXQgN106IGV4aXQgY29kZTogNw==',
  failed28:
    'CrACCkdzaGEyNTY6YzU5YTVlYmUyZmIxZTI4MmFjYTczZThiMDNiN2YwYjFmYTdlMjhjMzE0NTI1MTk5YzBmYTMxNzU4OWY2NGE1NRJHc2hhMjU2OmJlNTQwNDdlY2FlOWQxMGI1MWE4MjNkNGU2ZWRlOTIyZTAyYWIyZWZjZDA2ZGU0MjhjYWM1MDQ2Y2M4NGEzNmEaLVsyLzJdIFJVTiBbIi9iaW4vc2giLCItZWMiLCJlY2hvIMOpOyBleGl0IDciXSoMCOW7i9gGEI7Wz6ACMgwI5buL2AYQocvmzAM6UXByb2Nlc3MgIi9iaW4vc2ggLWVjIGVjaG8gw6k7IGV4aXQgNyIgZGlkIG5vdCBjb21wbGV0ZSBzdWNjZXNzZnVsbHk6IGV4aXQgY29kZTogNw==',
  printed28:
    'Gl4KR3NoYTI1NjpjNTlhNWViZTJmYjFlMjgyYWNhNzNlOGIwM2I3ZjBiMWZhN2UyOGMzMTQ1MjUxOTljMGZhMzE3NTg5ZjY0YTU1EgwI5buL2AYQ4bbrvgMYASIDw6kK',
};

describe('decodeTrace', () => {
  it('reads a failed step of engine 20.10', () => {
    expect(decodeTrace(RECORDED.failed20)).toEqual({
      vertexes: [
        {
          digest: 'sha256:972ab3938fd5644265e561ef4e05cc2a3d497e60b571a3f60a0349415505a4bf',
          name: '[2/2] RUN ["/bin/sh","-ec","echo é; exit 7"]',
          started: true,
          error: 'executor failed running [/bin/sh -ec echo é; exit 7]: exit code: 7',
        },
      ],
      logs: [],
    });
  });

  it('reads a failed step of engine 28.5', () => {
    expect(decodeTrace(RECORDED.failed28).vertexes).toMatchObject([
      { error: 'process "/bin/sh -ec echo é; exit 7" did not complete successfully: exit code: 7' },
    ]);
  });

  it('reads what a step printed', () => {
    const { logs } = decodeTrace(RECORDED.printed28);
    expect(logs.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['é\n']);
    expect(logs[0]?.vertex).toBe(decodeTrace(RECORDED.failed28).vertexes[0]?.digest);
  });

  it('reads a status without anything', () => {
    expect(decodeTrace('')).toEqual({ vertexes: [], logs: [] });
  });

  it('skips fields of every wire type that it does not know', () => {
    // Fields 9 (varint of two bytes), 10 (64 bit), 11 (32 bit) and 12 (text), then vertex 1 with name "a".
    const unknown = [0x48, 0x96, 0x01, 0x51, 0, 0, 0, 0, 0, 0, 0, 0, 0x5d, 0, 0, 0, 0, 0x62, 1, 0x78];
    const bytes = Buffer.from([...unknown, 0x0a, 3 + unknown.length, ...unknown, 0x1a, 1, 0x61]);
    expect(decodeTrace(bytes.toString('base64')).vertexes).toMatchObject([{ name: 'a', started: false }]);
  });

  it.each([
    { name: 'a cut message', bytes: [0x0a, 5, 1] },
    { name: 'a cut number', bytes: [0x48, 0x96] },
    { name: 'a group, which nobody sends', bytes: [0x0b] },
  ])('refuses $name', ({ bytes }) => {
    expect(() => decodeTrace(Buffer.from(bytes).toString('base64'))).toThrow(RangeError);
  });
});
