import { describe, expect, it } from 'vitest';
import { GroupCommit, type Transactions } from '../../../../src/runtime/store/group-commit.ts';

/** Notes what is done to it; fails where it is told to. */
class FakeTransactions implements Transactions {
  readonly log: string[] = [];
  open = false;
  turn: () => Promise<void> = async () => {};
  commitError: Error | undefined;

  async begin() {
    await this.turn();
    this.open = true;
    this.log.push('begin');
  }
  commit() {
    if (this.commitError !== undefined) throw this.commitError;
    this.open = false;
    this.log.push('commit');
  }
  rollback() {
    this.open = false;
    this.log.push('rollback');
  }
  nested<T>(work: () => T): T {
    return work();
  }
  single<T>(work: () => T): T {
    this.log.push('single');
    return work();
  }
  isOpen() {
    return this.open;
  }
}

const writer = () => {
  const transactions = new FakeTransactions();
  const commits = new GroupCommit(transactions);
  const write = (name: string) => commits.write(() => transactions.log.push(name));
  return { transactions, commits, write, log: transactions.log };
};

describe('GroupCommit', () => {
  it('joins the writes of one turn into one transaction', async () => {
    const { write, log } = writer();
    await Promise.all([write('a'), write('b'), write('c')]);
    expect(log).toEqual(['begin', 'a', 'b', 'c', 'commit']);
  });

  it('spares a write of one statement the savepoint, and joins it in its order', async () => {
    const { transactions, commits, write, log } = writer();
    const one = commits.writeOne(() => transactions.log.push('b'));
    const failing = commits.writeOne(() => {
      throw new Error('refused');
    });
    const last = write('c');
    await Promise.all([one, last, expect(failing).rejects.toThrow('refused')]);
    expect(log).toEqual(['begin', 'single', 'b', 'single', 'c', 'commit']);
  });

  it('takes along who comes while another process holds it up', async () => {
    const { transactions, write, log } = writer();
    const turn = Promise.withResolvers<void>();
    transactions.turn = () => turn.promise;
    const first = write('a');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const second = write('b');
    turn.resolve();
    await Promise.all([first, second]);
    expect(log).toEqual(['begin', 'a', 'b', 'commit']);
  });

  it('answers nobody before the commit', async () => {
    const { commits, log } = writer();
    await commits.write(() => log.push('a')).then(() => log.push('answered'));
    expect(log).toEqual(['begin', 'a', 'commit', 'answered']);
  });

  it('fails all writes of a transaction that cannot be committed, and goes on with the next', async () => {
    const { transactions, write } = writer();
    transactions.commitError = new Error('disk');
    const failed = await Promise.allSettled([write('a'), write('b')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    transactions.commitError = undefined;
    await write('c');
    expect(transactions.log).toEqual(['begin', 'a', 'b', 'rollback', 'begin', 'c', 'commit']);
  });

  it('fails all writes of a transaction that the database gave up', async () => {
    const { transactions, commits, write } = writer();
    const results = await Promise.allSettled([
      write('a'),
      commits.write(() => {
        transactions.open = false;
        throw new Error('full');
      }),
      write('c'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(transactions.log).toEqual(['begin', 'a', 'rollback']);
  });

  it('fails the writes that waited when it cannot begin, and not those that come later', async () => {
    const { transactions, write } = writer();
    transactions.turn = () => Promise.reject(new Error('busy'));
    await expect(write('a')).rejects.toThrow('busy');
    transactions.turn = async () => {};
    await write('b');
    expect(transactions.log).toEqual(['rollback', 'begin', 'b', 'commit']);
  });

  it('is drained when everything is answered', async () => {
    const { commits, write, log } = writer();
    void write('a').then(() => write('b'));
    await commits.drained();
    expect(log).toEqual(['begin', 'a', 'commit', 'begin', 'b', 'commit']);
    await commits.drained();
  });
});
