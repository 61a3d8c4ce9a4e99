/**
 * Packs a few small generated files into a tar archive, the form in which builders take a context.
 *
 * Pure and in memory, so that nothing is left on disk however a build ends. It writes plain POSIX ustar
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html) with fixed times and owners:
 * same files, same bytes. It packs no folder of the user's.
 */

const BLOCK = 512;

/** The archive of these files, by path. Throws a RangeError for a path over 100 bytes. */
export function packContext(files: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    blocks.push(
      header(path, content.length),
      content,
      Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
    );
  }
  // Two empty blocks end an archive.
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`too long for a tar header: ${path}`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  // The checksum counts its own field as spaces.
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257, 'latin1');
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
