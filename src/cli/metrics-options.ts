/** `--metrics`, the same wherever something runs for long. */
import type { Command } from 'commander';
import { wholeNumber } from './option-values.ts';

export interface MetricsOptions {
  /** Undefined for none, 0 for a free port. */
  readonly metrics?: number;
  readonly metricsHost: string;
}

const MAX_PORT = 65_535;

export function addMetricsOptions(command: Command): Command {
  return command
    .option(
      '--metrics <port>',
      'serve metrics for Prometheus on that port, 0 for a free one',
      wholeNumber(0, MAX_PORT),
    )
    .option('--metrics-host <address>', 'address of --metrics', '127.0.0.1');
}
