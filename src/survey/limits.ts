/**
 * Bounds of what a user may ask for, on the command line and in a configuration alike. Beyond them a
 * number is a slip of the hand.
 */
export const MAX_THREADS = 256;
/** Queries per second. */
export const MAX_RATE = 1_000_000;
export const MAX_TIMEOUT_MS = 60_000;
export const MAX_ATTEMPTS = 20;
export const MAX_SEED = 4_294_967_295;
