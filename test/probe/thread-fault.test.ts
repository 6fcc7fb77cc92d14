import { describe, expect, it } from 'vitest';
import { fromPlainFault, toPlainFault } from '../../src/probe/thread-fault.ts';

const crossed = (error: unknown) => fromPlainFault(structuredClone(toPlainFault(error)));

describe('a fault on its way between threads', () => {
  it('keeps name, message, stack and causes', () => {
    const error = new Error('outer', { cause: new RangeError('inner') });
    const { message, stack, cause } = crossed(error);
    expect({ message, stack }).toEqual({ message: 'outer', stack: error.stack });
    expect(cause).toMatchObject({ name: 'RangeError', message: 'inner' });
    expect(crossed(new Error('alone'))).not.toHaveProperty('cause');
  });

  it('takes what is no error, and what cannot be cloned', () => {
    expect(crossed('only a text').message).toBe('only a text');
    expect(crossed(() => 1)).toBeInstanceOf(Error);
  });

  it('ends where causes are a ring', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    expect(crossed(ring).message).toBe('ring');
  });
});
