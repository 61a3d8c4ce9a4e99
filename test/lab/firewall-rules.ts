/**
 * Decides which firewall rules go when an engine goes, and which come back when another one starts.
 *
 * Engines on one machine share their chains: rules that name an engine's bridges or addresses are its
 * own, the chains themselves go with the last engine. An engine that starts empties the shared chains, and
 * the rules of those before it with them. Reads `iptables-save` text and answers with iptables arguments;
 * it runs nothing.
 *
 * Invariants
 * - a rule that names neither our bridges nor our addresses stays, unless it leads into Docker's chains
 *   and no engine is left
 * - rules are removed before the chains they lead to
 * - only rules about an interface or an address come back, never the links between chains
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
  const { rules, chains } = parse(saved);
  const going = rules.filter(({ words }) => isOwn(words, owner) || (owner.last && leadsToDocker(words)));
  const dockerChains = owner.last ? chains.filter(({ chain }) => isDockerChain(chain)) : [];
  return [
    ...going.map(({ table, words }) => ['-t', table, '-D', ...words]),
    // Chains lead to each other: all are emptied before the first is removed.
    ...dockerChains.map(({ table, chain }) => ['-t', table, '-F', chain]),
    ...dockerChains.map(({ table, chain }) => ['-t', table, '-X', chain]),
  ];
}

/** Arguments that bring back rules about one engine's interfaces or addresses which are gone from `after`. */
export function rulesToBringBack(before: string, after: string): string[][] {
  const now = parse(after);
  const present = new Set(now.rules.map(({ table, words }) => [table, ...words].join(' ')));
  const chains = new Set(now.chains.map(({ table, chain }) => `${table} ${chain}`));
  const leadsSomewhere = ({ table, words }: Rule) =>
    [words[0], isDockerChain(target(words)) ? target(words) : words[0]].every((chain) =>
      chains.has(`${table} ${chain}`),
    );
  return parse(before)
    .rules.filter((rule) => !present.has([rule.table, ...rule.words].join(' ')))
    .filter(({ words }) => words.some((word) => ['-i', '-o', '-s', '-d'].includes(word)))
    .filter(leadsSomewhere)
    .map(({ table, words }) => ['-t', table, '-A', ...words]);
}

type Rule = { table: string; words: string[] };

function parse(saved: string): { rules: Rule[]; chains: { table: string; chain: string }[] } {
  const rules: Rule[] = [];
  const chains: { table: string; chain: string }[] = [];
  let table = '';
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const chain = /^:(\S+)/.exec(line)?.[1];
    if (chain) chains.push({ table, chain });
    if (line.startsWith('-A ')) rules.push({ table, words: splitWords(line).slice(1) });
  }
  return { rules, chains };
}

function isOwn(words: string[], { bridges, subnet }: FirewallOwner): boolean {
  return words.some((word) => bridges.includes(word) || overlaps(word, subnet));
}

function leadsToDocker(words: string[]): boolean {
  return isDockerChain(target(words)) && !isDockerChain(words[0] ?? '');
}

function target(words: string[]): string {
  return words[words.indexOf('-j') + 1] ?? '';
}

function isDockerChain(chain: string): boolean {
  return chain === 'DOCKER' || chain.startsWith('DOCKER-');
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
