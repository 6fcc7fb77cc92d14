/** The version of the tool, as in package.json. */
import { readFileSync } from 'node:fs';

export const TOOL_VERSION = readToolVersion();

function readToolVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
