import { networkInterfaces } from 'node:os';
import { openDgramTransport } from '../../../src/dns/client/dgram-transport.ts';
import { runTransportSuite } from '../../conformance/transport.ts';
import { saySkipped } from '../../support/skipped.ts';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');
if (!hasIpv6) saySkipped('transport over IPv6', 'this machine has no ::1');

runTransportSuite({ name: 'dgram', openTransport: openDgramTransport, hasIpv6 });
