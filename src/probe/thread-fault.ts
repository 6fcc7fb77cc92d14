/** Errors on their way between threads: a clone loses its causes on older Node, so they go as data. */
import type { PlainFault } from './thread-messages.ts';

/** A chain of causes may be a ring. */
const MAX_CAUSES = 8;

export function toPlainFault(error: unknown, depth = 0): PlainFault {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, cause: undefined };
  }
  const hasCause = error.cause !== undefined && depth < MAX_CAUSES;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: hasCause ? toPlainFault(error.cause, depth + 1) : undefined,
  };
}

/** An error with the name, message, stack and causes that the thread's had. */
export function fromPlainFault({ name, message, stack, cause }: PlainFault): Error {
  const error =
    cause === undefined ? new Error(message) : new Error(message, { cause: fromPlainFault(cause) });
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
