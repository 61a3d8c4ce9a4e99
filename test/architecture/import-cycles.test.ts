import { describe, expect, it } from 'vitest';
import { importCycles } from './import-cycles.ts';
import { parseModule, sourceModules } from './source-modules.ts';

describe('import cycles', () => {
  it('are none in src', () => {
    expect(importCycles(sourceModules())).toEqual([]);
  });

  it('are found across folders, with imports on demand and re-exports among their links', () => {
    const modules = [
      parseModule('a.ts', "import './b/b.ts'; import './d.ts'"),
      parseModule('b/b.ts', "export { c } from '../c.ts'"),
      parseModule('c.ts', "await import('./a.ts')"),
      parseModule('d.ts', ''),
    ];
    expect(importCycles(modules)).toEqual([['a.ts', 'b/b.ts', 'c.ts']]);
  });

  it('are told apart where two touch the same module only one way', () => {
    const modules = [
      parseModule('a.ts', "import './b.ts'"),
      parseModule('b.ts', "import './a.ts'; import './c.ts'"),
      parseModule('c.ts', "import './d.ts'"),
      parseModule('d.ts', "import './c.ts'"),
    ];
    expect(importCycles(modules)).toEqual([
      ['a.ts', 'b.ts'],
      ['c.ts', 'd.ts'],
    ]);
  });

  it('are not made by types', () => {
    const modules = [
      parseModule('a.ts', "import './b.ts'"),
      parseModule('b.ts', "import type { A } from './a.ts'"),
    ];
    expect(importCycles(modules)).toEqual([]);
  });

  it('include a module that imports itself', () => {
    expect(importCycles([parseModule('a.ts', "import './a.ts'")])).toEqual([['a.ts']]);
  });
});
