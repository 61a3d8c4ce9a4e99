/**
 * Decides which firewall rules go when an engine goes.
 *
 * Engines on one machine share their chains: rules that name this engine's bridges or addresses are its
 * own, the chains themselves go with the last engine. Reads `iptables-save` text and answers with
 * iptables arguments; it runs nothing.
 *
 * Invariants
 * - a rule that names neither our bridges nor our addresses stays, unless it leads into Docker's chains
 *   and no engine is left
 * - rules are removed before the chains they lead to
 */
import { overlaps } from './address-range.ts';

/** What belongs to the engine that goes. */
export type FirewallOwner = {
  bridges: string[];
  subnet: string;
  /** No other Docker engine is left on the machine. */
  last: boolean;
};

/** Arguments for one iptables call each. */
export function rulesToRemove(saved: string, owner: FirewallOwner): string[][] {
  const rules: string[][] = [];
  const chains: string[][] = [];
  let table = '';
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const chain = /^:(DOCKER\S*)/.exec(line)?.[1];
    if (chain && owner.last) chains.push(['-t', table, '-F', chain], ['-t', table, '-X', chain]);
    if (!line.startsWith('-A ')) continue;
    const words = splitWords(line).slice(1);
    if (isOwn(words, owner) || (owner.last && leadsToDocker(words)))
      rules.push(['-t', table, '-D', ...words]);
  }
  // Chains lead to each other: all are emptied before the first is removed.
  const emptied = chains.filter((call) => call.includes('-F'));
  return [...rules, ...emptied, ...chains.filter((call) => call.includes('-X'))];
}

function isOwn(words: string[], { bridges, subnet }: FirewallOwner): boolean {
  return words.some((word) => bridges.includes(word) || overlaps(word, subnet));
}

function leadsToDocker(words: string[]): boolean {
  return /^DOCKER/.test(words[words.indexOf('-j') + 1] ?? '') && !/^DOCKER/.test(words[0] ?? '');
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
