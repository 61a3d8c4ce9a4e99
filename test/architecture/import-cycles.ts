/**
 * Finds import cycles: strongly connected components of more than one module (Tarjan, 1972).
 *
 * Imports of types are erased and make no cycle; imports on demand do, because they are how one hides.
 */
import { importedModule, type SourceModule } from './source-modules.ts';

/** Each cycle as its modules, sorted. */
export function importCycles(modules: readonly SourceModule[]): string[][] {
  const edges = new Map(modules.map((module) => [module.path, valueImports(module)]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): number => {
    const index = order.size;
    order.set(path, index);
    lowest.set(path, index);
    stack.push(path);
    for (const next of edges.get(path) ?? []) {
      if (!order.has(next)) lower(path, visit(next));
      else if (stack.includes(next)) lower(path, order.get(next) as number);
    }
    if (lowest.get(path) === index) {
      const component = stack.splice(stack.indexOf(path));
      if (component.length > 1 || edges.get(path)?.includes(path)) cycles.push(component.sort());
    }
    return lowest.get(path) as number;
  };
  const lower = (path: string, to: number) => lowest.set(path, Math.min(lowest.get(path) as number, to));
  for (const path of edges.keys()) if (!order.has(path)) visit(path);
  return cycles.sort();
}

function valueImports(module: SourceModule): string[] {
  return module.imports
    .filter(({ kind }) => kind !== 'type')
    .map(({ specifier }) => importedModule(module.path, specifier))
    .filter((path) => path !== undefined);
}
