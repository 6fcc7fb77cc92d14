/**
 * A Knot DNS server as a child process on a free loopback port, for tests and the bench. It stops
 * with the process that started it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  createWriteStream,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeName } from '../src/loopback/rdata.ts';
import { knotConfiguration } from './zone-file.ts';

const ADDRESS = '127.0.0.1';
/** A root zone of a million domains takes some ten seconds to load, on a busy machine much longer. */
const START_LIMIT_MS = 180_000;
const PROBE_MS = 200;
const STOP_LIMIT_MS = 5_000;

export interface KnotOptions {
  readonly zoneFile: string;
  /** Origin of the zone, `.` for the whole name space. */
  readonly origin: string;
  /** A folder of its own for configuration, log and database. */
  readonly dir: string;
}

export interface RunningKnot {
  readonly port: number;
  stop(): Promise<void>;
}

/** Finds a server program, which the PATH of an ordinary user often leaves out. */
export function findProgram(name: string): string | undefined {
  const folders = `${process.env['PATH'] ?? ''}${delimiter}/usr/local/sbin${delimiter}/usr/sbin`;
  for (const folder of folders.split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** A port that is free for UDP and TCP now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const tcp = net.createServer().listen(0, ADDRESS);
    await once(tcp, 'listening');
    const { port } = tcp.address() as net.AddressInfo;
    const udp = dgram.createSocket('udp4');
    try {
      udp.bind(port, ADDRESS);
      await once(udp, 'listening');
      return port;
    } catch {
      // Taken for UDP: another.
    } finally {
      udp.close();
      tcp.close();
    }
  }
}

/** Whether something on `port` answers a SOA question for `origin` with NOERROR. */
export async function answersSoa(port: number, origin: string): Promise<boolean> {
  const name = encodeName(origin) ?? Uint8Array.of(0);
  const head = [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const socket = dgram.createSocket('udp4');
  // A refused port shows as an error event; both that and silence mean: not yet.
  const response = once(socket, 'message', { signal: AbortSignal.timeout(PROBE_MS) });
  socket.send(Buffer.from([...head, ...name, 0, 6, 0, 1]), port, ADDRESS);
  try {
    const [bytes] = (await response) as [Buffer];
    return bytes.length > head.length && ((bytes[3] ?? 15) & 15) === 0;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

/** Starts Knot and waits until it answers. Rejects, with its log, when it does not come up. */
export async function spawnKnot(program: string, options: KnotOptions): Promise<RunningKnot> {
  const folder = resolve(options.dir);
  mkdirSync(join(folder, 'db'), { recursive: true });
  const port = await freePort();
  const zones = [{ origin: options.origin, file: resolve(options.zoneFile) }];
  const configuration = join(folder, 'knot.conf');
  const logFile = join(folder, 'knot.log');
  writeFileSync(configuration, knotConfiguration({ port, folder, zones }));
  const child = spawn(program, ['-c', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log, { end: false });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const stop = async () => {
    process.off('exit', killNow);
    await stopChild(child);
  };
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await answersSoa(port, options.origin))) {
    if (child.exitCode !== null || Date.now() > limit) {
      await stop();
      throw new Error(`knotd does not come up: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await sleep(PROBE_MS / 4);
  }
  return { port, stop };
}
