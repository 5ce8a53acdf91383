import { z } from 'zod';

/**
 * What the page shows: the one contract between the demo's server and the page. The server builds it, the page parses it
 * with the same schema.
 */
const Block = z.record(z.string(), z.unknown());

export const PageMessage = z.object({
  ts: z.string(),
  threadTs: z.string().nullable(),
  userId: z.string(),
  userName: z.string(),
  isBot: z.boolean(),
  text: z.string(),
  blocks: z.array(Block),
  edited: z.boolean(),
  /** Only the person who looks can see it. */
  ephemeral: z.boolean(),
});
export type PageMessage = z.infer<typeof PageMessage>;

export const PageChannel = z.object({
  id: z.string(),
  name: z.string(),
  isDirect: z.boolean(),
  /** In the bridge's configuration: a message here opens a request. */
  opensRequests: z.boolean(),
  messages: z.array(PageMessage),
});
export type PageChannel = z.infer<typeof PageChannel>;

const PageView = z.object({ viewId: z.string(), view: Block, errors: z.record(z.string(), z.string()) });
export type PageView = z.infer<typeof PageView>;

const PageComment = z.object({
  id: z.string(),
  author: z.string(),
  text: z.string(),
  createdAt: z.string(),
  internal: z.boolean(),
  byBridge: z.boolean(),
});
export type PageComment = z.infer<typeof PageComment>;

/** How far a thread and its ticket show the same. */
export const Agreement = z.object({
  /** Null: the card names no status yet. */
  cardStatus: z.string().nullable(),
  ticketStatus: z.string(),
  statusAgrees: z.boolean(),
  /** Replies of people in Slack and public comments of agents, and how many of them stand on both sides. */
  messages: z.number(),
  mirrored: z.number(),
  /** Messages that were changed after they had been copied. */
  changedLater: z.number(),
  internalNotes: z.number(),
  /** Internal notes whose text stands in Slack; must be 0. */
  leaked: z.number(),
  agrees: z.boolean(),
});
export type Agreement = z.infer<typeof Agreement>;

const PageThread = z.object({
  channel: z.string(),
  root: z.string(),
  /** "#it-help" or "Direct message with Mara Lindgren". */
  place: z.string(),
  /** Who can open it; for a direct message the one person. */
  members: z.array(z.string()),
  agreement: Agreement,
});
export type PageThread = z.infer<typeof PageThread>;

const SYSTEMS = ['jira', 'servicenow'] as const;
export const System = z.enum(SYSTEMS);
export type System = z.infer<typeof System>;

export const PageTicket = z.object({
  system: System,
  id: z.string(),
  key: z.string(),
  product: z.string(),
  queue: z.string(),
  summary: z.string(),
  description: z.string(),
  status: z.string(),
  statusCategory: z.enum(['new', 'active', 'done']),
  priority: z.string().nullable(),
  assignee: z.string().nullable(),
  reporter: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  comments: z.array(PageComment),
  nextStatuses: z.array(z.string()),
  /** Null until the bridge has shown the ticket in Slack. */
  thread: PageThread.nullable(),
});
export type PageTicket = z.infer<typeof PageTicket>;

const PagePerson = z.object({ id: z.string(), name: z.string(), role: z.enum(['requester', 'responder']) });
export type PagePerson = z.infer<typeof PagePerson>;

export const DemoState = z.object({
  team: z.string(),
  bot: z.object({ id: z.string(), name: z.string() }),
  command: z.string(),
  me: z.string(),
  people: z.array(PagePerson),
  channels: z.array(PageChannel),
  views: z.array(PageView),
  queues: z.array(z.object({ product: z.string(), title: z.string(), queue: z.string() })),
  /** Names; each works in every system. */
  agents: z.array(z.string()),
  tickets: z.array(PageTicket),
  suggestions: z.array(z.string()),
});
export type DemoState = z.infer<typeof DemoState>;

export const ActAnswer = z.object({
  ok: z.boolean(),
  /** What the product would say to the person, or why it was not possible. */
  message: z.string().nullable(),
  /** Of a new message. */
  ts: z.string().nullable(),
});
export type ActAnswer = z.infer<typeof ActAnswer>;
