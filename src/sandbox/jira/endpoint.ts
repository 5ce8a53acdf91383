import type { JiraActs } from './acts.ts';
import type { JiraArticle } from './desk-seed.ts';
import type { JiraProject, JiraUser } from './seed.ts';
import type { JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface JiraCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Of a multipart form, the parts named `file`; null for every other call. */
  readonly files: readonly UploadedFile[] | null;
  /** By lower-case name; null when it was not sent. */
  header(name: string): string | null;
  /** A stale read sees the world as it was then (milliseconds); null means now. */
  readonly asOf: number | null;
  /** Whose credential it is: the author of everything that this call does. */
  readonly me: JiraUser;
  /** Client id of the OAuth app that calls for him; null when he calls himself. */
  readonly app: string | null;
}

export interface JiraAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body in JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface JiraEndpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With {parameters} as the vendor's documentation writes them; faults are planned by `METHOD path`. */
  readonly path: string;
  handle(call: JiraCall): JiraAnswer;
}

export interface JiraWorld {
  readonly state: JiraState;
  readonly views: JiraViews;
  readonly acts: JiraActs;
  readonly articles: readonly JiraArticle[];
  baseUrl(): string;
  /** Has this person this permission, by its key? */
  granted(person: JiraUser, permission: string): boolean;
  /** How long after a write the search index still shows the state before it, in milliseconds. */
  readonly indexLagMs: number;
  /** Largest attachment, in bytes. */
  readonly uploadLimit: number;
  /** Whether somebody else's change of it is under way. */
  isBusy(issue: JiraIssue): boolean;
}

/** Ends a handler early with this answer. */
export class JiraRefusal extends Error {
  override readonly name = 'JiraRefusal';
  readonly answer: JiraAnswer;
  constructor(answer: JiraAnswer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** The platform's ErrorCollection. */
export function refuse(status: number, messages: readonly string[], errors: Record<string, string> = {}) {
  return new JiraRefusal({ status, body: { errorMessages: messages, errors } });
}

/** The error shape of Jira Service Management. */
export function refuseDesk(status: number, message: string): JiraRefusal {
  return new JiraRefusal({
    status,
    body: { errorMessage: message, i18nErrorMessage: { i18nKey: 'sd.error', parameters: [] } },
  });
}

export function param(call: JiraCall, name: string): string {
  return call.params[name] ?? '';
}

/** The value as an object with unknown members; an empty one for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A project that the bridge's account may browse, or null: missing and forbidden look alike from outside. */
export function visibleProject(world: JiraWorld, idOrKey: unknown): JiraProject | null {
  const project = typeof idOrKey === 'string' ? world.state.project(idOrKey) : null;
  return project?.visible === true ? project : null;
}

export function findIssue(world: JiraWorld, call: JiraCall): JiraIssue | null {
  const issue = world.state.issue(param(call, 'issueIdOrKey'), call.asOf);
  return issue !== null && visibleProject(world, issue.projectKey) !== null ? issue : null;
}

export function issueOf(world: JiraWorld, call: JiraCall): JiraIssue {
  const issue = findIssue(world, call);
  if (issue === null) {
    throw refuse(404, ['Issue does not exist or you do not have permission to see it.']);
  }
  return issue;
}

export function whole(call: JiraCall, name: string, fallback: number): number {
  const text = call.query.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw refuse(400, [`${name} must be a whole number.`]);
  return value;
}

/** Values of a query parameter that may be repeated or comma separated. */
export function list(call: JiraCall, name: string): string[] | null {
  const all = call.query.getAll(name).flatMap((value) => value.split(','));
  return all.length === 0 ? null : all;
}
