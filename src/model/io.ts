import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

/**
 * Every place at which a flow talks to the world outside. Each is a crash point (before and after), a metric and the
 * scope of a timeout. The crash tests walk this list, so a new kind of call must be named here first.
 */
export const IO_POINTS = [
  'slack.post.send',
  'slack.post.find',
  'slack.card.send',
  'slack.card.find',
  'slack.edit.send',
  'slack.edit.find',
  'slack.remove.send',
  'slack.remove.find',
  'slack.whisper.send',
  'slack.whisper.find',
  'slack.file.send',
  'slack.file.find',
  'slack.read',
  'ticket.create.send',
  'ticket.create.find',
  'ticket.comment.send',
  'ticket.comment.find',
  'ticket.revise.send',
  'ticket.revise.find',
  'ticket.file.send',
  'ticket.file.find',
  'ticket.write.send',
  'ticket.write.find',
  'ticket.link.send',
  'ticket.link.find',
  'ticket.read',
  'ticket.changes',
  'ticket.check',
] as const;
/** Where a door commits what it was sent: crash points, too. */
export const DOOR_POINTS = ['inbox.insert:before', 'inbox.insert:after'] as const;
/** Where a sign-in is asked for, renewed and given back. Not part of any link's work, so no crash plan walks them. */
type SignInPoint = 'sign-in.exchange' | 'sign-in.renew';
/** Looking after what lets hooks come: part of no link's work, either. */
type HooksPoint = 'hooks.keep';
/** Reading what a ticket system asks for a new ticket, before anybody wants one. */
type FormsPoint = 'forms.read';
/** Errands are part of no link's work. */
type ErrandPoint = 'slack.tell' | 'slack.home' | 'slack.unfurl' | 'slack.view';
export type DoorPoint = (typeof DOOR_POINTS)[number];
export type IoPoint = (typeof IO_POINTS)[number] | SignInPoint | HooksPoint | FormsPoint | ErrandPoint;

export interface IoLimits {
  readonly timeoutMs: number;
  /** Monotonic time (performance.now()) after which nothing may be sent any more: the end of a lease. */
  readonly notAfter?: () => number;
}

/** What sockets are opened with: at the moment of the connect they refuse addresses that lie inside. */
export interface Way {
  /** For fetch. */
  readonly dispatcher: NonNullable<RequestInit['dispatcher']>;
  /** For everybody who speaks node:http. */
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** The one seam to the world outside. */
export interface Io {
  /** Opens the scope of one call: its name, its timeout, its crash points. */
  run<T>(point: IoPoint, limits: IoLimits, work: () => Promise<T>): Promise<T>;
  /**
   * One HTTP exchange inside the current scope; transports wrap every request in it. Checks the deadline just before
   * the socket and hands over the scope's abort signal. Outside a scope it throws: that is a bug.
   */
  exchange<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * The way to an address: https leads to vendors and never inside, http to this machine and nowhere else.
   * @throws AddressRefused when it is written as an address that lies there; the sockets do for a name that leads there
   */
  wayTo(url: URL): Way;
}
