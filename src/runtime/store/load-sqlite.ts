/**
 * Loads Node's SQLite, when it is needed and not before, without the warning of Node 22 that it may change: that is
 * ours to watch, and tells a user nothing.
 */

/** The module. */
export function loadSqlite(): typeof import('node:sqlite') {
  const warn = process.emitWarning;
  process.emitWarning = (() => {}) as typeof process.emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = warn;
  }
}
