/**
 * Measures several things in turn, so that what changes on the machine meanwhile hits all of them alike.
 *
 * Every round runs each contender once, in an order that alternates: none always follows the same other one.
 *
 * Invariants
 * - warm-up rounds are run like all others and not counted
 * - nothing runs at the same time as a measurement
 */

/** Measures one round; one number or several. */
export type Contender = () => Promise<number | readonly number[]>;

export interface Rounds {
  readonly warmUps: number;
  readonly rounds: number;
}

/** All measurements of each contender, in the order they were taken. */
export async function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { warmUps, rounds }: Rounds,
): Promise<Record<Name, number[]>> {
  const order = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(order.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const name of order) {
      const measured = await contenders[name]();
      if (round < warmUps) continue;
      if (typeof measured === 'number') taken[name].push(measured);
      else taken[name].push(...measured);
    }
    order.reverse();
  }
  return taken;
}
