import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mxOperator, operatorOf } from '../../src/names/operator.ts';

describe('operatorOf', () => {
  it.each([
    ['aspmx.l.google.com', 'google.com'],
    ['MX.Example.JP.', 'example.jp'],
    ['mx1.mail.example.co.jp', 'example.co.jp'],
    ['example-jp.mail.protection.outlook.com', 'outlook.com'],
    // A private suffix: every name below blogspot.com is a customer of its own (RFC 7489 §3.2).
    ['mx.a.blogspot.com', 'a.blogspot.com'],
  ])('takes the organizational domain of the host: %s', (host, operator) => {
    expect(operatorOf(host)).toBe(operator);
  });

  it.each(['192.0.2.1', '.', '', 'a b', 'localhost', 'self', 'x'.repeat(64), '=cmd|x', '\x1b[31m'])(
    'finds no operator of what is no host name: %j',
    (host) => {
      expect(operatorOf(host)).toBeUndefined();
    },
  );

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (host) => operatorOf(host)?.includes('.') ?? true),
    );
  });
});

describe('mxOperator', () => {
  it('takes the first exchange that is a host, and none of a null MX (RFC 7505)', () => {
    expect(mxOperator(['mx.a.net', 'mx.example.jp'], 'example.jp')).toBe('a.net');
    expect(mxOperator(['192.0.2.1', 'mx.a.net'], 'example.jp')).toBe('a.net');
    expect(mxOperator(['.', 'mx.a.net'], 'example.jp')).toBe('a.net');
    expect(mxOperator(['.'], 'example.jp')).toBeUndefined();
    expect(mxOperator([], 'example.jp')).toBeUndefined();
  });

  it('calls a host below the own organizational domain self, and no other', () => {
    expect(mxOperator(['mx1.example.co.jp'], 'shop.example.co.jp')).toBe('self');
    expect(mxOperator(['example.jp'], 'example.jp')).toBe('self');
    expect(mxOperator(['mx.example.jp'], 'notexample.jp')).toBe('example.jp');
    expect(mxOperator(['mx.b.blogspot.com'], 'a.blogspot.com')).toBe('b.blogspot.com');
  });
});
