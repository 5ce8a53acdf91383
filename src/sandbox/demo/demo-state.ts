import { z } from 'zod';
import { Doc } from '../../model/doc.ts';

/**
 * What the page shows: the one contract between the demo's server and the page. The server builds it, the page parses it
 * with the same schema.
 */
const Block = z.record(z.string(), z.unknown());

const PageFile = z.object({
  name: z.string(),
  /** In bytes. */
  size: z.number(),
  /** Where the visitor gets it. */
  href: z.string(),
});
export type PageFile = z.infer<typeof PageFile>;

export const PageMessage = z.object({
  ts: z.string(),
  threadTs: z.string().nullable(),
  userId: z.string(),
  userName: z.string(),
  isBot: z.boolean(),
  text: z.string(),
  blocks: z.array(Block),
  files: z.array(PageFile),
  edited: z.boolean(),
  /** What Slack leaves where a message with replies stood. */
  gone: z.boolean(),
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
  body: Doc,
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
  /** Replies of people in Slack and public comments of agents, and how many of them stand on both sides as they are now. */
  messages: z.number(),
  mirrored: z.number(),
  files: z.number(),
  filesMirrored: z.number(),
  /** Copies of what its author has changed or deleted. */
  outdated: z.number(),
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

/** The fields that an agent sets by hand, besides status and assignee. */
export const DeskFieldName = z.enum(['summary', 'priority', 'group', 'impact', 'urgency', 'resolution']);

const PageTicketFile = PageFile.extend({ id: z.string(), author: z.string(), byBridge: z.boolean() });
export type PageTicketFile = z.infer<typeof PageTicketFile>;

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
  resolution: z.string().nullable(),
  priority: z.string().nullable(),
  impact: z.string().nullable(),
  urgency: z.string().nullable(),
  group: z.string().nullable(),
  assignee: z.string().nullable(),
  reporter: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  comments: z.array(PageComment),
  files: z.array(PageTicketFile),
  nextStatuses: z.array(z.string()),
  choices: z.partialRecord(DeskFieldName, z.array(z.string())),
  fixedComments: z.boolean(),
  /** Null until the bridge has shown the ticket in Slack. */
  thread: PageThread.nullable(),
});
export type PageTicket = z.infer<typeof PageTicket>;

const PagePerson = z.object({ id: z.string(), name: z.string(), role: z.enum(['requester', 'responder']) });
export type PagePerson = z.infer<typeof PagePerson>;

/** What a visitor can let go wrong for a while. */
export const TroubleKind = z.enum(['away', 'hooks', 'answers']);
export type TroubleKind = z.infer<typeof TroubleKind>;

export const DemoState = z.object({
  team: z.string(),
  bot: z.object({ id: z.string(), name: z.string() }),
  command: z.string(),
  me: z.string(),
  people: z.array(PagePerson),
  channels: z.array(PageChannel),
  views: z.array(PageView),
  /** The Home tab as the app published it; null while it has not. */
  home: Block.nullable(),
  queues: z.array(z.object({ product: z.string(), title: z.string(), queue: z.string() })),
  /** Names; each works in every system. */
  agents: z.array(z.string()),
  tickets: z.array(PageTicket),
  suggestions: z.array(z.string()),
  /** What goes wrong now, and until when in milliseconds since 1970; null when all is well. */
  trouble: z.object({ kind: TroubleKind, until: z.number() }).nullable(),
});
export type DemoState = z.infer<typeof DemoState>;

export const ActAnswer = z.object({
  ok: z.boolean(),
  /** What the product would say to the person, or why it was not possible. */
  message: z.string().nullable(),
  /** Of a new message. */
  ts: z.string().nullable(),
  /** Id of the file that was put into a modal. */
  file: z.string().optional(),
});
export type ActAnswer = z.infer<typeof ActAnswer>;
