/**
 * Room for young objects in the threads. A scavenge copies what lives, which is a window's worth of
 * domains, so the room decides how often that is paid: with 1,000 domains under way 16 MB cost a sixth
 * more of a survey's CPU than 64. The room has to be there from the start: while it grows by itself,
 * what is promoted too early keeps alive what it points to, and scavenges cost five times as much.
 * Only flags of V8 can say so; a worker's resource limits set the most alone, and a flag overrides them.
 */
import v8 from 'node:v8';

/** Domains under way for a megabyte. Twice the room saved no CPU at 500 domains and cost 35 MB. */
const DOMAINS_PER_MB = 16;
const LEAST_MB = 8;
/** At 1,500 domains 64 would save a tenth of the CPU and cost 50 MB. */
const MOST_MB = 32;

/** Semi-space of a thread with that window, in megabytes: a power of two, as V8 has them. */
export function semiSpaceMb(window: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(window / DOMAINS_PER_MB));
  return Math.min(MOST_MB, Math.max(LEAST_MB, wanted));
}

/** Node's flags for a heap that has the room from its start. */
export function semiSpaceFlags(megabytes: number): string[] {
  return [`--min-semi-space-size=${megabytes}`, `--max-semi-space-size=${megabytes}`];
}

/** Holds for threads that are started from now on; the heap of this one was made before. */
export function setSemiSpace(megabytes: number): void {
  for (const flag of semiSpaceFlags(megabytes)) v8.setFlagsFromString(flag);
}
