import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SandboxClock } from '../clock.ts';
import type { JsonObject } from './message-store.ts';

const PING_MS = 10_000;
const WARNING_MS = 10_000;
/** A peer that does not finish the close handshake in this time is cut off; cutting at once upsets the SDK. */
const CLOSE_MS = 1_000;
/** Slack keeps at most ten connections per app. */
const MAX_CONNECTIONS = 10;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** The open websockets of the app. */
export interface SocketConnections {
  count(): number;
  /** True once any connection was made. */
  everConnected(): boolean;
  /** The next connection in turn, another one than `avoid` when there is one; null when none is open. */
  next(avoid: WebSocket | null): WebSocket | null;
  /** The path and query of a fresh address that takes one connection. */
  ticket(): string;
  /** `warning` announces and closes 10 s later; the others close at once. */
  disconnect(reason: DisconnectReason): void;
  attach(server: Server, prefix: string): void;
  stop(): void;
}

export interface SocketConnectionsDeps {
  readonly clock: SandboxClock;
  readonly appId: string;
  readonly log: (line: string) => void;
  readonly opened: () => void;
  readonly closed: (socket: WebSocket) => void;
  readonly received: (frame: string) => void;
}

export function sendFrame(socket: WebSocket, frame: JsonObject): void {
  socket.send(JSON.stringify(frame));
}

/** Lets a websocket in for each ticket once, at `${prefix}/link/`; leaves other upgrades of the server alone. */
function createDoor(connected: (socket: WebSocket) => void) {
  // A variable, because the published types do not know closeTimeout yet.
  const options = { noServer: true, closeTimeout: CLOSE_MS };
  const wss = new WebSocketServer(options);
  const tickets = new Set<string>();
  const detach: (() => void)[] = [];
  return {
    issue(): string {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return ticket;
    },
    attach(server: Server, prefix: string): void {
      const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const url = new URL(request.url ?? '/', 'http://127.0.0.1');
        if (url.pathname !== `${prefix}/link/`) return;
        if (tickets.delete(url.searchParams.get('ticket') ?? '')) {
          wss.handleUpgrade(request, socket, head, connected);
        } else {
          socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
        }
      };
      server.on('upgrade', upgrade);
      detach.push(() => server.off('upgrade', upgrade));
    },
    close(): void {
      for (const off of detach) off();
      wss.close();
    },
  };
}

export function createSocketConnections(deps: SocketConnectionsDeps): SocketConnections {
  const { clock, appId } = deps;
  const open: WebSocket[] = [];
  let ever = false;
  let turn = 0;
  let stopPing = () => {};

  function pingLater(): void {
    stopPing();
    stopPing = clock.after(PING_MS, () => {
      for (const socket of open) socket.ping();
      if (open.length > 0) pingLater();
    });
  }

  function connected(socket: WebSocket): void {
    socket.on('error', (error) => deps.log(`socket mode: ${error.message}`));
    if (open.length >= MAX_CONNECTIONS) {
      sendFrame(socket, { type: 'disconnect', reason: 'too_many_websockets' });
      socket.close();
      return;
    }
    open.push(socket);
    ever = true;
    socket.on('message', (data) => deps.received(data.toString()));
    socket.on('close', () => {
      open.splice(open.indexOf(socket), 1);
      deps.closed(socket);
    });
    sendFrame(socket, {
      type: 'hello',
      num_connections: open.length,
      connection_info: { app_id: appId },
      debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 3600 },
    });
    if (open.length === 1) pingLater();
    deps.opened();
  }

  const door = createDoor(connected);
  return {
    count: () => open.length,
    everConnected: () => ever,
    next(avoid) {
      const others = open.filter((socket) => socket !== avoid);
      const choice = others.length > 0 ? others : open;
      turn += 1;
      return choice[turn % choice.length] ?? null;
    },
    ticket: () => `/link/?ticket=${door.issue()}&app_id=${appId}`,
    disconnect(reason) {
      for (const socket of [...open]) {
        sendFrame(socket, { type: 'disconnect', reason, debug_info: { host: 'sandbox' } });
        if (reason === 'warning') clock.after(WARNING_MS, () => socket.close());
        else socket.close();
      }
    },
    attach: door.attach,
    stop() {
      stopPing();
      door.close();
      for (const socket of open) socket.close(1001);
    },
  };
}
