/**
 * A bundle: the app's own code as one ES module, as it travels to a runner.
 *
 * The module's default export is the list of the app's modules that hold declarations, as namespaces,
 * the entry file first; the runner names functions from them (sdk/naming.ts).
 */

export interface Bundle {
  readonly code: string;
  /** Source map of `code` as JSON, its sources absolute file URLs on the author's machine. */
  readonly sourceMap: string;
  /** Packages that are not in `code` and are looked for in the image. */
  readonly external: readonly string[];
  /** Hash of everything above. */
  readonly digest: string;
}

/** Code and source map as bytes: a 32-bit length of the code, the code, the map. */
export function encodeBundle({ code, sourceMap }: Pick<Bundle, 'code' | 'sourceMap'>): Uint8Array {
  const codeBytes = Buffer.byteLength(code);
  const bytes = Buffer.allocUnsafe(4 + codeBytes + Buffer.byteLength(sourceMap));
  bytes.writeUInt32LE(codeBytes, 0);
  bytes.write(code, 4);
  bytes.write(sourceMap, 4 + codeBytes);
  return bytes;
}

/** What {@link encodeBundle} was given. */
export function decodeBundle(bytes: Uint8Array): Pick<Bundle, 'code' | 'sourceMap'> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codeEnd = 4 + buffer.readUInt32LE(0);
  return { code: buffer.toString('utf8', 4, codeEnd), sourceMap: buffer.toString('utf8', codeEnd) };
}

/** A whole bundle as a blob: what {@link encodeBundle} gives, and before it the names of the packages left out. */
export function encodeBundleBlob(bundle: Pick<Bundle, 'code' | 'sourceMap' | 'external'>): Uint8Array {
  const external = Buffer.from(JSON.stringify(bundle.external));
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(external.length, 0);
  return Buffer.concat([head, external, encodeBundle(bundle)]);
}

/** What {@link encodeBundleBlob} was given; its digest is that of the blob. */
export function decodeBundleBlob(bytes: Uint8Array, digest: string): Bundle {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const externalEnd = 4 + buffer.readUInt32LE(0);
  const external = JSON.parse(buffer.toString('utf8', 4, externalEnd)) as string[];
  return { ...decodeBundle(buffer.subarray(externalEnd)), external, digest };
}
