/**
 * Decides which private addresses and which bridge an engine gets, so that engines never meet.
 *
 * Each engine owns one 10.x.0.0/16: its default bridge takes the first /24, networks made later come from
 * the upper half. It looks at what the machine uses already; it creates nothing.
 *
 * Invariants
 * - a range never holds an address, a route or a name server that the machine has
 * - same machine, same taken octets: same answer
 */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { systemPath } from './debian-packages.ts';

/** The addresses of one engine. */
export type AddressRange = {
  /** Second octet of the /16, unique on the machine. */
  octet: number;
  /** Everything the engine may hand out. */
  subnet: string;
  bridge: string;
  bridgeAddress: string;
  pool: string;
};

const FIRST_OCTET = 170;
const LAST_OCTET = 249;

/** The range with this octet. */
export function rangeOf(octet: number): AddressRange {
  return {
    octet,
    subnet: `10.${octet}.0.0/16`,
    bridge: `dray-lab${octet}`,
    bridgeAddress: `10.${octet}.0.1/24`,
    pool: `10.${octet}.128.0/17`,
  };
}

/** The first range that touches none of `used` (addresses or CIDR blocks). */
export function pickRange(used: string[]): AddressRange {
  for (let octet = FIRST_OCTET; octet <= LAST_OCTET; octet++) {
    const { subnet } = rangeOf(octet);
    if (!used.some((other) => overlaps(subnet, other))) return rangeOf(octet);
  }
  throw new Error('no free 10.x.0.0/16 is left on this machine for a lab engine');
}

/** Whether an IPv4 address or block lies in, or holds, the other. */
export function overlaps(left: string, right: string): boolean {
  const [a, b] = [parseBlock(left), parseBlock(right)];
  if (!a || !b) return false;
  const bits = Math.min(a.bits, b.bits);
  // The default route holds every address and says nothing about use.
  if (bits === 0) return false;
  const mask = (0xffffffff << (32 - bits)) >>> 0;
  return (a.address & mask) >>> 0 === (b.address & mask) >>> 0;
}

/** Addresses, routes and name servers that the machine has now. */
export async function usedAddresses(): Promise<string[]> {
  const { stdout } = await execa('ip', ['-4', '-json', 'route', 'show', 'table', 'all'], {
    env: { PATH: systemPath() },
  });
  const routes = JSON.parse(stdout || '[]') as { dst?: string; gateway?: string }[];
  const resolver = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const nameServers = [...resolver.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1]);
  return [...routes.flatMap((route) => [route.dst, route.gateway]), ...nameServers].filter(
    (x) => x !== undefined,
  );
}

function parseBlock(text: string): { address: number; bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d] = match.slice(1, 5).map(Number) as [number, number, number, number];
  return { address: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, bits: Number(match[5] ?? 32) };
}
