/**
 * Removes what an engine left in the machine's network: bridges, their ends, firewall rules.
 *
 * Finds them by the engine's own address range. What the machine had before any lab (forwarding, the
 * policy for forwarded packets) is noted by `noteMachine` and put back with the last engine.
 *
 * Invariants
 * - a bridge or rule outside the range is not touched, except Docker's own chains with the last engine
 * - a second removal finds nothing and does not fail
 */
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { AddressRange } from './address-range.ts';
import { overlaps } from './address-range.ts';
import { systemPath } from './debian-packages.ts';
import { rulesToRemove } from './firewall-rules.ts';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
const FIREWALLS = ['iptables', 'ip6tables'] as const;

/** How the machine's network was before a lab changed it. */
export type MachineNetwork = { forwarding: string; forwardPolicy: Record<string, string> };

/** Notes what to put back later. */
export async function noteMachine(): Promise<MachineNetwork> {
  const forwardPolicy: Record<string, string> = {};
  for (const firewall of FIREWALLS) {
    const policy = /^-P FORWARD (\S+)/m.exec(await read(firewall, '-S', 'FORWARD'))?.[1];
    if (policy) forwardPolicy[firewall] = policy;
  }
  return { forwarding: (await readFile(FORWARDING, 'utf8')).trim(), forwardPolicy };
}

/** Puts back what `noteMachine` noted. */
export async function restoreMachine({ forwarding, forwardPolicy }: MachineNetwork): Promise<void> {
  for (const [firewall, policy] of Object.entries(forwardPolicy))
    await run(firewall, '-w', '-P', 'FORWARD', policy);
  await writeFile(FORWARDING, forwarding);
}

/** Removes bridges and rules of the engine with this range. */
export async function removeNetworkRemains({ subnet }: AddressRange, last: boolean): Promise<void> {
  const bridges = await bridgesIn(subnet);
  for (const firewall of FIREWALLS) {
    for (const call of rulesToRemove(await read(`${firewall}-save`), { bridges, subnet, last })) {
      await run(firewall, '-w', ...call);
    }
  }
  for (const bridge of bridges) {
    for (const end of await linksOf(bridge)) await run('ip', 'link', 'delete', end);
    await run('ip', 'link', 'delete', bridge);
  }
}

async function bridgesIn(subnet: string): Promise<string[]> {
  type Link = { ifname?: string; addr_info?: { local?: string }[] };
  const links = JSON.parse(
    (await read('ip', '-4', '-json', 'addr', 'show', 'type', 'bridge')) || '[]',
  ) as Link[];
  return links
    .filter(({ addr_info = [] }) =>
      addr_info.some(({ local }) => local !== undefined && overlaps(local, subnet)),
    )
    .map(({ ifname }) => ifname)
    .filter((name) => name !== undefined);
}

async function linksOf(bridge: string): Promise<string[]> {
  const links = JSON.parse((await read('ip', '-json', 'link', 'show', 'master', bridge)) || '[]');
  return (links as { ifname?: string }[]).map(({ ifname }) => ifname).filter((name) => name !== undefined);
}

async function read(command: string, ...args: string[]): Promise<string> {
  return (await run(command, ...args)).stdout;
}

async function run(command: string, ...args: string[]) {
  return execa(command, args, { env: { PATH: systemPath() }, reject: false });
}
