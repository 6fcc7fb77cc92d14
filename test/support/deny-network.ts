/** Fails any test that opens a socket beyond loopback: a survey's tests must not ask the world. */
import dgram from 'node:dgram';
import net from 'node:net';
import { LinuxUdp } from '../../src/dns/client/linux-udp.ts';

const LOOPBACK = /^(?:127\.|::1$|localhost$|::ffff:127\.)/u;

function refuse(address: unknown): void {
  if (typeof address === 'string' && !LOOPBACK.test(address)) {
    throw new Error(`a test reached for the network: ${address}`);
  }
}

const connectUdp = dgram.Socket.prototype.connect as (...args: unknown[]) => void;
dgram.Socket.prototype.connect = function (this: dgram.Socket, ...args: unknown[]) {
  refuse(args.find((arg) => typeof arg === 'string') ?? '127.0.0.1');
  connectUdp.apply(this, args);
} as typeof dgram.Socket.prototype.connect;

const sendUdp = dgram.Socket.prototype.send as (...args: unknown[]) => void;
dgram.Socket.prototype.send = function (this: dgram.Socket, ...args: unknown[]) {
  for (const arg of args.slice(1)) refuse(arg);
  sendUdp.apply(this, args);
} as typeof dgram.Socket.prototype.send;

const connectTcp = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  if (typeof first === 'object' && first !== null && !('path' in first && first.path)) {
    refuse((first as { host?: string }).host ?? '127.0.0.1');
  }
  if (typeof first === 'number') refuse(second ?? '127.0.0.1');
  return connectTcp.apply(this, args);
} as typeof net.Socket.prototype.connect;

/** `struct sockaddr` of an address in 127.0.0.0/8, or of ::1. */
function isLoopback(address: Uint8Array): boolean {
  if (address[0] === 2) return address[4] === 127;
  return address.subarray(8, 24).every((octet, i) => octet === (i === 15 ? 1 : 0));
}

const openRaw = LinuxUdp.prototype.openSocket;
LinuxUdp.prototype.openSocket = function (this: LinuxUdp, address, bufferOctets) {
  if (!isLoopback(address)) {
    throw new Error(`a test reached for the network: ${Buffer.from(address).toString('hex')}`);
  }
  return openRaw.call(this, address, bufferOctets);
};
