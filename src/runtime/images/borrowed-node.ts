/**
 * Gives containers of images without a recent Node one to borrow: a read-only volume of the Docker host.
 *
 * A volume holds the Node of an official image, for glibc or for musl, and the two libraries it needs beside the C library.
 * It is filled once per host. What is learnt of an image is kept by its id, which stands for its content.
 *
 * Invariants
 * - a volume counts as filled only after a container that fills it ended well: one that was interrupted is filled again
 * - an image that has a recent Node of its own is never given another
 */
import type { ImageRecipe } from '../../sdk/recipe.ts';
import { BorrowedNodeError, WrongArchitectureError } from './image-errors.ts';
import type { ImageDescription, ImageHost, OnImageProgress } from './image-host.ts';
import type { ImageNotes } from './image-notes.ts';
import { bringsNode, type Libc, NODE_PROBE, type NodeFacts, namesNode, readNodeProbe } from './node-probe.ts';

/** The current long-term support line. Another major is another volume. */
const MAJOR = '24';

const SOURCES: Readonly<Record<Libc, string>> = {
  glibc: `node:${MAJOR}-bookworm-slim`,
  musl: `node:${MAJOR}-alpine`,
};

/** Every volume that dray makes for Node carries it, with the C library as its value. */
const NODE_VOLUME_LABEL = 'dev.dray.node';

/** Where a container sees the volume. */
const TARGET = '/opt/dray/node';

/** A Node that a container is given. */
export interface BorrowedNode {
  readonly volume: string;
  /** Where the container sees the volume. */
  readonly target: string;
  /** What to start in place of `node`. */
  readonly command: readonly string[];
}

/** The name of the volume that holds Node for this C library. */
export function nodeVolume(libc: Libc): string {
  return `dray-node-${MAJOR}-${libc}`;
}

/** Copies node and what it links to; a file has its name only when it is complete, however many containers copy at once. */
const FILL = `\
set -e
umask 022
mkdir -p ${TARGET}/bin ${TARGET}/lib
copy() { cp -L "$1" "$2.$HOSTNAME" && chmod 755 "$2.$HOSTNAME" && mv "$2.$HOSTNAME" "$2"; }
for name in libstdc++.so.6 libgcc_s.so.1; do
  for folder in /usr/lib /lib /usr/lib64 /usr/lib/*-linux-gnu* /lib/*-linux-gnu*; do
    [ -e "$folder/$name" ] && { copy "$folder/$name" "${TARGET}/lib/$name"; break; }
  done
done
copy "$(command -v node)" ${TARGET}/bin/node
${TARGET}/bin/node --version`;

/** Whose images need Node, and with whom. */
export interface BorrowOptions {
  readonly host: ImageHost;
  readonly notes: ImageNotes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks at images of one host, and fills each volume at most once. */
export class NodeLender {
  readonly #options: BorrowOptions;
  readonly #filled = new Map<Libc, Promise<void>>();

  constructor(options: BorrowOptions) {
    this.#options = options;
  }

  /** What an image's containers borrow; undefined where they have their own. Throws where no Node runs in them. */
  async nodeFor(
    recipe: ImageRecipe,
    reference: string,
    onProgress: OnImageProgress,
  ): Promise<BorrowedNode | undefined> {
    if (bringsNode(recipe)) return undefined;
    const { host, notes } = this.#options;
    const image = await host.describeImage(reference);
    if (namesNode(image.env)) return undefined;
    const known = await notes?.read<NodeFacts>('node', image.id);
    const facts = known ?? (await this.#look(reference, image));
    if (facts.own) {
      if (known === undefined) await notes?.write('node', image.id, facts);
      return undefined;
    }
    if (facts.libc === undefined) throw new BorrowedNodeError(reference, 'it has neither glibc nor musl');
    this.#filled.set(facts.libc, this.#filled.get(facts.libc) ?? this.#fill(facts.libc, onProgress));
    await this.#filled.get(facts.libc);
    if (known === undefined) {
      await this.#try(reference, facts);
      // Only what has been seen to work is kept.
      await notes?.write('node', image.id, facts);
    }
    return borrowed(facts);
  }

  async #look(reference: string, image: ImageDescription): Promise<NodeFacts> {
    const { host, signal } = this.#options;
    const { output } = await host.runScript({ image: reference, script: NODE_PROBE }, signal);
    const facts = readNodeProbe(output);
    if (facts?.own) return facts;
    const hosts = await host.architecture();
    if (image.architecture !== hosts) throw new WrongArchitectureError(reference, hosts, image.architecture);
    if (facts === undefined) throw new BorrowedNodeError(reference, output);
    return facts;
  }

  /** An old C library, or a foreign machine, shows only when Node starts. */
  async #try(reference: string, facts: NodeFacts): Promise<void> {
    const { host, signal } = this.#options;
    const { volume, target, command } = borrowed(facts);
    const words = [...command, '--version'].map((word) => `'${word}'`).join(' ');
    const mount = { name: volume, target, readOnly: true };
    const { code, output } = await host.runScript({ image: reference, script: words, mount }, signal);
    if (code !== 0) throw new BorrowedNodeError(reference, output);
  }

  async #fill(libc: Libc, onProgress: OnImageProgress): Promise<void> {
    const { host, notes, signal } = this.#options;
    const source = SOURCES[libc];
    const name = nodeVolume(libc);
    const identity = await host.ensureVolume(name, { [NODE_VOLUME_LABEL]: libc });
    if ((await notes?.read('volume', identity)) !== undefined) return;
    if (!(await host.hasImage(source))) {
      host.expect?.(source);
      await host.pullImage(source, onProgress, signal);
    }
    const mount = { name, target: TARGET, readOnly: false };
    const { code, output } = await host.runScript({ image: source, script: FILL, mount }, signal);
    if (code !== 0) throw new BorrowedNodeError(source, output);
    await notes?.write('volume', identity, { filled: source });
  }
}

/** The image's own C++ library goes first: another program of the image may need it, and inherits the variable. */
function borrowed({ libc, cxx }: NodeFacts): BorrowedNode {
  const node = `${TARGET}/bin/node`;
  const withLibraries = [
    '/bin/sh',
    '-c',
    `export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}${TARGET}/lib"; exec "$0" "$@"`,
    node,
  ];
  return { volume: nodeVolume(libc as Libc), target: TARGET, command: cxx ? [node] : withLibraries };
}
