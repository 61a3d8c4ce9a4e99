/**
 * The npm package that an import or an install line names.
 *
 * Pure text; whether there is such a package is not asked.
 */

/** A name as npm takes it: lower case in new packages, capitals in a few old ones. */
const NAME = /^(?:@[a-z0-9-][a-z0-9._-]*\/)?[a-zA-Z0-9-][a-zA-Z0-9._-]*$/;

/** `@scope/name` of `@scope/name/sub/path`, or undefined for a path, an alias or a URL. */
export function packageName(specifier: string): string | undefined {
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return name !== undefined && NAME.test(name) ? name : undefined;
}

/** `sharp` of `sharp@0.34.5`; undefined for what is no name and version, such as a URL or a folder. */
export function installedName(installLine: string): string | undefined {
  const version = installLine.indexOf('@', 1);
  const name = version === -1 ? installLine : installLine.slice(0, version);
  return packageName(name) === name ? name : undefined;
}
