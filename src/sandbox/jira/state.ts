import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import { AdfDoc } from './adf.ts';
import type { JiraProject, JiraUser } from './seed.ts';

export const JiraComment = z.object({
  id: z.string(),
  authorId: z.string(),
  body: AdfDoc,
  /** Milliseconds since 1970, as every time in this state. */
  created: z.number(),
  updated: z.number(),
  /** Who changed it last; null while nobody has. */
  updatedBy: z.string().nullable().default(null),
  jsdPublic: z.boolean(),
  visibility: z.object({ type: z.enum(['role', 'group']), value: z.string() }).nullable(),
  properties: z.record(z.string(), z.unknown()),
});
export type JiraComment = Readonly<z.infer<typeof JiraComment>>;

export const JiraAttachment = z.object({
  id: z.string(),
  filename: z.string(),
  mimeType: z.string(),
  /** Base64. */
  content: z.string(),
  size: z.number().int(),
  authorId: z.string(),
  created: z.number(),
  /** Customers of a service desk see it in the portal. */
  portal: z.boolean(),
});
export type JiraAttachment = Readonly<z.infer<typeof JiraAttachment>>;

export const DECISIONS = ['pending', 'approved', 'declined'] as const;
export const JiraApproval = z.object({
  id: z.string(),
  name: z.string(),
  approvers: z.array(z.object({ accountId: z.string(), decision: z.enum(DECISIONS) })),
  /** How many have to approve; one who declines decides it. */
  needed: z.number().int(),
  created: z.number(),
  completed: z.number().nullable(),
});
export type JiraApproval = Readonly<z.infer<typeof JiraApproval>>;

/** What the answers so far amount to. */
export function finalDecision({ approvers, needed }: JiraApproval): (typeof DECISIONS)[number] {
  if (approvers.some(({ decision }) => decision === 'declined')) return 'declined';
  return approvers.filter(({ decision }) => decision === 'approved').length >= needed
    ? 'approved'
    : 'pending';
}

/** What one edit changed, by whom, as the changelog has it. */
const JiraHistory = z.object({
  id: z.string(),
  by: z.string(),
  at: z.number(),
  items: z.array(
    z.object({
      field: z.string(),
      from: z.string().nullable(),
      fromString: z.string().nullable(),
      to: z.string().nullable(),
      toString: z.string().nullable(),
    }),
  ),
});

export const JiraIssue = z.object({
  id: z.string(),
  key: z.string(),
  projectKey: z.string(),
  issueTypeId: z.string(),
  /** The JSM request type that it was raised with; null for an ordinary issue. */
  requestTypeId: z.string().nullable(),
  summary: z.string(),
  description: AdfDoc.nullable(),
  statusId: z.string(),
  resolution: z.string().nullable(),
  priority: z.string().nullable(),
  assigneeId: z.string().nullable(),
  reporterId: z.string(),
  labels: z.array(z.string()),
  created: z.number(),
  updated: z.number(),
  properties: z.record(z.string(), z.unknown()),
  remoteLinks: z.array(z.object({ id: z.number(), globalId: z.string(), link: z.unknown() })),
  comments: z.array(JiraComment),
  attachments: z.array(JiraAttachment).default([]),
  /** Name of the security level; null for an issue that everybody of the project sees. */
  security: z.string().nullable().default(null),
  /** Options of the project's own fields, by field id. */
  custom: z.record(z.string(), z.string()).default({}),
  /** What stands in its other fields, by field id. */
  values: z.record(z.string(), z.unknown()).default({}),
  components: z.array(z.string()).default([]),
  /** Who made it, whoever it was made for; null in what an older sandbox saved. */
  creatorId: z.string().nullable().default(null),
  /** The issue that this one was cloned from. */
  clones: z.string().nullable().default(null),
  /** Keys that it had before it was moved; they still lead to it. */
  formerKeys: z.array(z.string()).default([]),
  participants: z.array(z.string()).default([]),
  organizations: z.array(z.string()).default([]),
  approvals: z.array(JiraApproval).default([]),
  /** When its state changed last. */
  movedAt: z.number().nullable().default(null),
  history: z.array(JiraHistory).default([]),
});
export type JiraIssue = Readonly<z.infer<typeof JiraIssue>>;

const Saved = z.object({
  v: z.literal(1),
  lastId: z.number().int(),
  lastNumber: z.record(z.string(), z.number().int()),
  issues: z.array(JiraIssue),
});

/** How far back a stale read or a lagging index may look, in milliseconds. */
const REMEMBERED_MS = 30 * 60_000;

export interface JiraState {
  readonly projects: readonly JiraProject[];
  readonly users: readonly JiraUser[];
  now(): number;
  nextId(): string;
  nextKey(project: JiraProject): string;
  /** By id or key; `asOf` shows the past. */
  issue(idOrKey: string, asOf: number | null): JiraIssue | null;
  issues(asOf: number | null): readonly JiraIssue[];
  put(issue: JiraIssue): void;
  remove(id: string): void;
  project(idOrKey: string): JiraProject | null;
  user(accountId: string | null): JiraUser | null;
  addUser(user: JiraUser): void;
  onChange(listener: () => void): () => void;
  snapshot(): unknown;
  restore(saved: unknown): void;
}

export interface JiraStateOptions {
  readonly clock: SandboxClock;
  readonly projects: readonly JiraProject[];
  readonly users: readonly JiraUser[];
}

interface Version {
  readonly at: number;
  readonly issue: JiraIssue | null;
}

/** All versions of all issues of the last half hour. Issues are never changed in place, so a version costs a reference. */
export function createJiraState({ clock, projects, ...options }: JiraStateOptions): JiraState {
  const users = [...options.users];
  const versions = new Map<string, Version[]>();
  const listeners = new Set<() => void>();
  const lastNumber = new Map<string, number>();
  let lastId = 10_000;
  const now = () => clock.now().getTime();

  function at(id: string, asOf: number | null): JiraIssue | null {
    const all = versions.get(id) ?? [];
    const seen = asOf === null ? all.at(-1) : all.findLast((version) => version.at <= asOf);
    return seen?.issue ?? null;
  }

  function record(id: string, issue: JiraIssue | null): void {
    const all = versions.get(id) ?? [];
    const firstKept = all.findLastIndex((version) => version.at <= now() - REMEMBERED_MS);
    versions.set(id, [...all.slice(Math.max(0, firstKept)), { at: now(), issue }]);
    for (const listener of listeners) listener();
  }

  function everything(asOf: number | null): JiraIssue[] {
    return [...versions.keys()].map((id) => at(id, asOf)).filter((issue) => issue !== null);
  }

  return {
    projects,
    users,
    now,
    nextId() {
      lastId += 1;
      return String(lastId);
    },
    nextKey(project) {
      const number = (lastNumber.get(project.key) ?? 0) + 1;
      lastNumber.set(project.key, number);
      return `${project.key}-${number}`;
    },
    issue(idOrKey, asOf) {
      return (
        at(idOrKey, asOf) ??
        everything(asOf).find(({ key, formerKeys }) =>
          [key, ...formerKeys].includes(idOrKey.toUpperCase()),
        ) ??
        null
      );
    },
    issues: everything,
    put: (issue) => record(issue.id, issue),
    remove: (id) => record(id, null),
    project: (idOrKey) =>
      projects.find((project) => project.key === idOrKey || project.id === idOrKey) ?? null,
    user: (accountId) => users.find((user) => user.accountId === accountId) ?? null,
    addUser: (user) => void users.push(user),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => ({ v: 1, lastId, lastNumber: Object.fromEntries(lastNumber), issues: everything(null) }),
    restore(saved) {
      const state = Saved.parse(saved);
      versions.clear();
      lastId = state.lastId;
      lastNumber.clear();
      for (const [key, number] of Object.entries(state.lastNumber)) lastNumber.set(key, number);
      for (const issue of state.issues) versions.set(issue.id, [{ at: issue.updated, issue }]);
      for (const listener of listeners) listener();
    },
  };
}
