import { describe, expect, it } from 'vitest';
import { rulesToBringBack, rulesToRemove } from './firewall-rules.ts';

const SAVED = `# Generated
*filter
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -i br-hosts -j ACCEPT
-A FORWARD -o ours -j DOCKER
-A DOCKER ! -i ours -o ours -j DROP
-A DOCKER ! -i theirs -o theirs -j DROP
-A DOCKER-USER -j RETURN
COMMIT
*nat
:DOCKER - [0:0]
-A POSTROUTING -s 10.170.128.0/24 ! -o br-1 -m comment --comment "a b" -j MASQUERADE
-A POSTROUTING -s 10.171.0.0/24 ! -o theirs -j MASQUERADE
COMMIT
`;

const lines = (calls: string[][]) => calls.map((call) => call.join(' '));

describe('rulesToRemove', () => {
  const owner = { bridges: ['ours'], subnet: '10.170.0.0/16' };

  it("removes an engine's own rules and leaves the chains to the others", () => {
    expect(lines(rulesToRemove(SAVED, { ...owner, last: false }))).toEqual([
      '-t filter -D FORWARD -o ours -j DOCKER',
      '-t filter -D DOCKER ! -i ours -o ours -j DROP',
      '-t nat -D POSTROUTING -s 10.170.128.0/24 ! -o br-1 -m comment --comment a b -j MASQUERADE',
    ]);
  });

  it("takes Docker's chains away with the last engine, and nobody else's rules", () => {
    const calls = lines(rulesToRemove(SAVED, { ...owner, last: true }));
    expect(calls).toContain('-t filter -D FORWARD -j DOCKER-USER');
    expect(calls.slice(-6)).toEqual([
      '-t filter -F DOCKER',
      '-t filter -F DOCKER-USER',
      '-t nat -F DOCKER',
      '-t filter -X DOCKER',
      '-t filter -X DOCKER-USER',
      '-t nat -X DOCKER',
    ]);
    expect(calls.join()).not.toContain('br-hosts');
  });
});

describe('rulesToBringBack', () => {
  it('brings back lost rules about an interface, in their order, and no links between chains', () => {
    const after = SAVED.replace(/^-A (FORWARD -j DOCKER-USER|DOCKER .*|FORWARD -o ours.*)\n/gm, '');
    expect(lines(rulesToBringBack(SAVED, after))).toEqual([
      '-t filter -A FORWARD -o ours -j DOCKER',
      '-t filter -A DOCKER ! -i ours -o ours -j DROP',
      '-t filter -A DOCKER ! -i theirs -o theirs -j DROP',
    ]);
  });

  it('leaves out a rule whose chain is gone', () => {
    const after = SAVED.replace(':DOCKER - [0:0]\n', '').replace(/^-A (FORWARD -o ours|DOCKER ).*\n/gm, '');
    expect(rulesToBringBack(SAVED, after)).toEqual([]);
  });
});
