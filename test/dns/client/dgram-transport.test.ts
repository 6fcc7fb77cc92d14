import { networkInterfaces } from 'node:os';
import { openDgramTransport } from '../../../src/dns/client/dgram-transport.ts';
import { runTransportSuite } from '../../conformance/transport.ts';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');
// biome-ignore lint/suspicious/noConsole: a skipped test says so
if (!hasIpv6) console.log('skipped: IPv6 transport, this machine has no ::1');

runTransportSuite({ name: 'dgram', openTransport: openDgramTransport, hasIpv6 });
