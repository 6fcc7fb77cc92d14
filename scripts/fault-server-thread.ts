/** The thread of a fault server: opens both sockets, says where, obeys until it is told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { Counters } from './fault-server-counters.ts';
import { Planner } from './fault-server-plan.ts';
import { Responder } from './fault-server-responder.ts';
import { openSender } from './fault-server-sender.ts';
import type { Order, Report, ThreadData } from './fault-server-start.ts';
import { listenTcp, TcpSide } from './fault-server-tcp.ts';
import { Truth } from './fault-server-truth.ts';
import { bindUdp, UdpSide } from './fault-server-udp.ts';
import { FaultZone } from './fault-server-zone.ts';

const MAX_PORT_TRIES = 50;

const { seed, names, hasWildcards, faults, port, memory } = workerData as ThreadData;
const counters = new Counters(memory);
const planner = new Planner(seed);
const responder = new Responder(new FaultZone(new Truth({ seed, names, hasWildcards })), counters);
const tell = (report: Report): void => parentPort?.postMessage(report);

/** One port for both: a free UDP port may be taken for TCP, then another is tried. */
async function openBoth() {
  for (let tries = 1; ; tries++) {
    const socket = await bindUdp(port);
    try {
      return { socket, server: await listenTcp(socket.address().port) };
    } catch (error) {
      socket.close();
      if (port !== 0 || tries >= MAX_PORT_TRIES) throw error;
    }
  }
}

const { socket, server } = await openBoth();
planner.set(faults, performance.now());
const sender = await openSender(socket);
const udp = new UdpSide(socket, sender, planner, responder, counters);
const tcp = new TcpSide(server, planner, responder, counters);

parentPort?.on('message', (order: Order) => {
  counters.atLeast('repeats', planner.repeats);
  switch (order.kind) {
    case 'set':
      planner.set(order.faults, performance.now());
      tell({ kind: 'done' });
      break;
    case 'count':
      tell({ kind: 'done' });
      break;
    default:
      void Promise.all([udp.close(), tcp.close()]).then(() => {
        tell({ kind: 'done' });
        parentPort?.close();
      });
  }
});
tell({ kind: 'open', port: socket.address().port });
