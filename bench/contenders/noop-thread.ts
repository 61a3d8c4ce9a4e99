/**
 * What piscina's threads run: as little as a function can do.
 */

// biome-ignore lint/style/noDefaultExport: piscina calls a module's default export
export default async function noop(_item: number): Promise<void> {}
