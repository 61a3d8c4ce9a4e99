/**
 * Decodes the trace that the engine sends of a BuildKit build: protobuf of `moby.buildkit.v1.StatusResponse`.
 *
 * It reads the few fields that a build log needs and skips the rest, by the numbers in BuildKit's
 * api/services/control/control.proto. dockerode decodes the same message, but into printed lines that no longer
 * say which step they belong to.
 */
import type { BuildStatus, BuildVertex, VertexLog } from './build-log.ts';

/** One field of a message: a number for a varint, bytes for everything with a length. */
type Field = readonly [number: number, value: number | Uint8Array];

/** The status in the `aux` field of a line whose id is `moby.buildkit.trace`. */
export function decodeTrace(aux: string): BuildStatus {
  const vertexes: BuildVertex[] = [];
  const logs: VertexLog[] = [];
  for (const [number, value] of fieldsOf(Buffer.from(aux, 'base64'))) {
    if (typeof value === 'number') continue;
    if (number === 1) vertexes.push(decodeVertex(value));
    if (number === 3) logs.push(decodeLog(value));
  }
  return { vertexes, logs };
}

function decodeVertex(bytes: Uint8Array): BuildVertex {
  const vertex = { digest: '', name: '', started: false, error: '' };
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 1) vertex.digest = textOf(value);
    if (number === 3) vertex.name = textOf(value);
    if (number === 5) vertex.started = true;
    if (number === 7) vertex.error = textOf(value);
  }
  return vertex;
}

function decodeLog(bytes: Uint8Array): VertexLog {
  let vertex = '';
  let text = new Uint8Array();
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 1) vertex = textOf(value);
    if (number === 4 && typeof value !== 'number') text = new Uint8Array(value);
  }
  return { vertex, bytes: text };
}

function textOf(value: number | Uint8Array): string {
  return typeof value === 'number' ? '' : Buffer.from(value).toString('utf8');
}

/** The protobuf wire format (https://protobuf.dev/programming-guides/encoding/). Throws a RangeError for bytes that are not. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a protobuf message ends early');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('a protobuf message ends early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) yield [Math.floor(tag / 8), varint()];
    else if (wireType === 1) yield [Math.floor(tag / 8), take(8)];
    else if (wireType === 2) yield [Math.floor(tag / 8), take(varint())];
    else if (wireType === 5) yield [Math.floor(tag / 8), take(4)];
    else throw new RangeError(`unknown protobuf wire type ${wireType}`);
  }
}
