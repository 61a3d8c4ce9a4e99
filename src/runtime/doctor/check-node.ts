/**
 * Check: the Node that runs dray. One that is too old never comes here: bin/run.js refuses it.
 */
import type { Finding } from '../../protocol/finding.ts';
import { ok, warning } from './findings.ts';

export function checkNode(version = process.versions.node, program = process.execPath): Finding[] {
  const said = `Node ${version} (${program})`;
  // Odd releases get fixes for half a year; even ones for three (nodejs.org/en/about/previous-releases).
  return Number.parseInt(version, 10) % 2 === 1
    ? [warning('node', `${said} is no long-term release`, 'use one with an even number')]
    : [ok('node', said)];
}
