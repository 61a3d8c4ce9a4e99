/**
 * The source of a bundle's entry: it imports the app's modules and lists what they export.
 *
 * Only exported functions are listed: another export would keep alive in the bundle what only a local
 * entrypoint needs. A module that declares functions without exporting them is imported as a whole. Pure.
 */
import type { LoadedApp } from './load-app.ts';

/** Source of the entry module. */
export function bundleEntry({ declaration, modules }: Pick<LoadedApp, 'declaration' | 'modules'>): string {
  const handles = new Set(declaration.functions.map(({ handle }) => handle));
  let count = 0;
  const imports: string[] = [];
  const listed: string[] = [];
  for (const { path, exports } of modules) {
    const names = Object.keys(exports).filter((name) => name !== 'default' && handles.has(exports[name]));
    const from = JSON.stringify(path);
    if (names.length === 0) {
      const variable = `m${count++}`;
      imports.push(`import * as ${variable} from ${from};`);
      listed.push(variable);
    } else {
      const variables = names.map((name) => ({ name: JSON.stringify(name), variable: `f${count++}` }));
      imports.push(
        `import { ${variables.map((each) => `${each.name} as ${each.variable}`).join(', ')} } from ${from};`,
      );
      listed.push(`{ ${variables.map((each) => `${each.name}: ${each.variable}`).join(', ')} }`);
    }
  }
  return `${imports.join('\n')}\nexport default [${listed.join(', ')}];\n`;
}
