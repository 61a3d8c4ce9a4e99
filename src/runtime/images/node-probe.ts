/**
 * Tells whether the containers of an image can run their own Node, or have to borrow one, and which.
 *
 * Pure: it holds the shell script that looks, and reads what it prints. Who runs it, and what is borrowed, is
 * borrowed-node.ts.
 *
 * Invariants
 * - the script needs a POSIX shell and `node` at most, whatever else the image lacks
 */
import type { ImageRecipe } from '../../sdk/recipe.ts';

/** The oldest Node that runs an app: that of `Image.node("20")`. */
const OLDEST_NODE = 20;

/** The C libraries there is a Node for. */
export type Libc = 'glibc' | 'musl';

export interface NodeFacts {
  /** The image has a Node that is recent enough. */
  readonly own: boolean;
  /** None where the image has neither. */
  readonly libc?: Libc;
  /** It has the C++ library that Node needs. */
  readonly cxx: boolean;
}

const LIBRARY_FOLDERS =
  '/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /lib/*-linux-gnu* /usr/lib/*-linux-gnu*';

/** Alpine can have glibc's loader too, as a wrapper around musl's. */
export const NODE_PROBE = `\
version=$(node --version 2>/dev/null) && echo "node $version"
for file in /lib/ld-musl-*.so.1; do [ -e "$file" ] && echo musl; done
for file in /lib64/ld-linux* /lib/ld-linux* /lib64/ld64.so*; do [ -e "$file" ] && echo glibc; done
[ -e /etc/alpine-release ] && echo alpine
for folder in ${LIBRARY_FOLDERS}; do [ -e "$folder/libstdc++.so.6" ] && echo cxx; done
echo looked`;

/** What the script printed, as facts; undefined where it did not get to its end. */
export function readNodeProbe(output: string): NodeFacts | undefined {
  const lines = new Set(output.split('\n').map((line) => line.trim()));
  if (!lines.has('looked')) return undefined;
  const version = [...lines].find((line) => line.startsWith('node '))?.slice('node '.length);
  const libc = lines.has('glibc') && !lines.has('alpine') ? 'glibc' : lines.has('musl') ? 'musl' : undefined;
  return { own: isRecent(version), cxx: lines.has('cxx'), ...(libc !== undefined && { libc }) };
}

/** Whether a recipe says by itself that its image has a recent Node. Anything else has to be looked at. */
export function bringsNode({ base, steps, dockerfile }: ImageRecipe): boolean {
  if (steps.some(({ kind }) => kind === 'add-node')) return true;
  return dockerfile === undefined && isRecent(/^node:(\d[\d.]*)/.exec(base)?.[1]);
}

/** Whether variables of an image say so: official images of Node, and what is built on them, name its version. */
export function namesNode(env: readonly string[]): boolean {
  return isRecent(env.find((line) => line.startsWith('NODE_VERSION='))?.slice('NODE_VERSION='.length));
}

function isRecent(version: string | undefined): boolean {
  return Number.parseInt(version?.replace(/^v/, '') ?? '', 10) >= OLDEST_NODE;
}
