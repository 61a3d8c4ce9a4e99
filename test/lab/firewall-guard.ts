/**
 * Keeps the engines that already run working while another one starts.
 *
 * A starting engine empties firewall chains that all engines of the machine share. The rules are noted
 * before and the lost ones brought back after; which ones, firewall-rules.ts decides.
 *
 * Invariants
 * - rules that the starting engine made are not touched
 */
import { execa } from 'execa';
import { systemPath } from './debian-packages.ts';
import { rulesToBringBack } from './firewall-rules.ts';

const FIREWALLS = ['iptables', 'ip6tables'] as const;

/** Runs `start` and repairs what it broke for others, also when it fails. */
export async function keepingRules<Result>(start: () => Promise<Result>): Promise<Result> {
  const before = await Promise.all(FIREWALLS.map(saved));
  try {
    return await start();
  } finally {
    for (const [index, firewall] of FIREWALLS.entries()) {
      for (const call of rulesToBringBack(before[index] ?? '', await saved(firewall))) {
        await execa(firewall, ['-w', ...call], { env: { PATH: systemPath() }, reject: false });
      }
    }
  }
}

async function saved(firewall: (typeof FIREWALLS)[number]): Promise<string> {
  return (await execa(`${firewall}-save`, { env: { PATH: systemPath() }, reject: false })).stdout ?? '';
}
