/**
 * What is used of koffi, the optional package that calls libc. Declared here so that the project also
 * compiles where it is not installed.
 */
declare module 'koffi' {
  /** Handle of a library; null is the process itself, which has libc. */
  export function load(path: string | null): {
    /** Gives the function that a C prototype declares. */
    func(prototype: string): unknown;
  };
  /** Address of an ArrayBuffer's octets, which stay where they are as long as it lives. */
  export function address(buffer: ArrayBuffer): bigint;
  /** `errno` of the last call. */
  export function errno(): number;
}
