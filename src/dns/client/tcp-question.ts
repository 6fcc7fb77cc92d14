/** A question of the engine over TCP: query out, what came back decoded. Never rejects. */
import { randomInt } from 'node:crypto';
import {
  type Decoded,
  decodeResponse,
  encodeQuery,
  MAX_QUERY_OCTETS,
  messageId,
} from '../wire/message.ts';
import type { ResolverAddress } from './resolvers.ts';
import type { TcpClient } from './tcp.ts';

/**
 * What the resolver says of the question over TCP by `endsAtMs`; `truncated` when nothing whole that
 * belongs to it came, since UDP had cut it off before.
 */
export async function askOverTcp(
  client: TcpClient,
  resolver: ResolverAddress,
  { qname, type }: { readonly qname: string; readonly type: number },
  ednsSize: number,
  endsAtMs: number,
): Promise<Exclude<Decoded, 'mismatch'>> {
  const query = new Uint8Array(MAX_QUERY_OCTETS);
  const id = randomInt(0x10000);
  const end = encodeQuery(query, 0, id, qname, type, ednsSize);
  const message = await client.exchange(resolver, query.subarray(0, end), endsAtMs);
  if (message === undefined || message.length < 2 || messageId(message) !== id) {
    return 'truncated';
  }
  const decoded = decodeResponse(message, message.length, qname, type);
  return decoded === 'mismatch' ? 'truncated' : decoded;
}
