/**
 * Shows a run's progress on stderr: a live picture on a terminal, a plain line every half minute
 * elsewhere, nothing when quiet. Never writes to stdout, which belongs to figures.
 */

import { count } from '../report/text/numbers.ts';
import type { ProgressFigures } from '../survey/progress.ts';
import { clockTime } from './duration.ts';

export interface ProgressView {
  /** `workers` says who asks, where that is not this process. */
  show(figures: ProgressFigures, estimate: string | undefined, workers?: string): void;
  /** Leaves the last picture standing and gives the terminal back. */
  end(): void;
}

export type ProgressMode = 'live' | 'plain' | 'quiet';

const BAR_WIDTH = 28;
const PLAIN_INTERVAL_SECONDS = 30;

export async function openProgressView(
  mode: ProgressMode,
  stream: NodeJS.WriteStream,
): Promise<ProgressView> {
  if (mode === 'quiet') return { show: () => undefined, end: () => undefined };
  return mode === 'live' ? liveView(stream) : plainView(stream);
}

async function liveView(stream: NodeJS.WriteStream): Promise<ProgressView> {
  // A tenth of a second of CPU, for which a run without a terminal has no use.
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream);
  return {
    show: (figures, estimate, workers) =>
      update(livePicture(figures, estimate, stream.columns ?? 80, workers)),
    end: () => update.done(),
  };
}

function plainView(stream: NodeJS.WriteStream): ProgressView {
  let shownAtSeconds = 0;
  return {
    show: (figures, _, workers) => {
      const isLast = figures.done === figures.targets;
      if (!isLast && figures.elapsedSeconds - shownAtSeconds < PLAIN_INTERVAL_SECONDS) return;
      shownAtSeconds = figures.elapsedSeconds;
      stream.write(`${plainLine(figures)}${workers === undefined ? '' : `, ${workers}`}\n`);
    },
    end: () => undefined,
  };
}

/** Three or four lines: bar, speeds, what the figures look like so far, and who asks. */
export function livePicture(
  figures: ProgressFigures,
  estimate: string | undefined,
  columns: number,
  workers?: string,
): string {
  const share = figures.targets === 0 ? 1 : figures.done / figures.targets;
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const lines = [
    `  ${bar} ${(share * 100).toFixed(1).padStart(5)} %   ${count(figures.done)} of ${count(figures.targets)} domains`,
    `  ${speeds(figures)}   ${timeLeft(figures)}`,
    `  ${unknowns(figures)}${estimate === undefined ? '' : `   ${estimate}`}`,
    ...(workers === undefined ? [] : [`  ${workers}`]),
  ];
  return lines.map((line) => line.slice(0, Math.max(20, columns - 1))).join('\n');
}

export function plainLine(figures: ProgressFigures): string {
  return `${count(figures.done)} of ${count(figures.targets)} domains, ${speeds(figures)}, ${unknowns(figures)}, ${timeLeft(figures)}`;
}

function speeds(figures: ProgressFigures): string {
  return `${count(figures.domainsPerSecond)} domains/s, ${count(figures.queriesPerSecond)} queries/s`;
}

function unknowns(figures: ProgressFigures): string {
  return figures.unknownShare === undefined
    ? 'nothing measured yet'
    : `unknown ${(figures.unknownShare * 100).toFixed(2)} %`;
}

function timeLeft(figures: ProgressFigures): string {
  if (figures.done === figures.targets) return `done in ${clockTime(figures.elapsedSeconds)}`;
  return figures.secondsLeft === undefined ? 'left: ?' : `left ${clockTime(figures.secondsLeft)}`;
}
