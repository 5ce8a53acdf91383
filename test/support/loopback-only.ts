/**
 * Preloaded into every test process and every process that a test starts: a connection to anything but this machine
 * throws at once. A test that needs the outside is a test that is wrong.
 */
import net from 'node:net';

/** A name that only a test's own resolver knows. */
const OWN_NAME = /\.test$/;

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost)$/;

interface Target {
  readonly host?: unknown;
  readonly lookup?: unknown;
  readonly path?: unknown;
}

/** The host that a connect call aims at; null for a unix socket, and where the test itself says what a name means. */
function hostOf(args: readonly unknown[]): string | null {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const target: Target = first;
    if (typeof target.path === 'string') return null;
    if (typeof target.host === 'string' && OWN_NAME.test(target.host) && typeof target.lookup === 'function')
      return null;
    return typeof target.host === 'string' ? target.host : 'localhost';
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return null;
  return typeof args[1] === 'string' ? args[1] : 'localhost';
}

const connect = net.Socket.prototype.connect;
Object.defineProperty(net.Socket.prototype, 'connect', {
  configurable: true,
  writable: true,
  value(this: net.Socket, ...args: Parameters<typeof connect>) {
    const host = hostOf(args);
    if (host !== null && !LOOPBACK.test(host)) {
      throw new Error(`This test tried to connect to ${host}. Tests talk to this machine only.`);
    }
    return Reflect.apply(connect, this, args);
  },
});
