import { z } from 'zod';

/** Our own ids are uuidv7. What a vendor gave us keeps its own branded string, so that the two never mix. */
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

export const InstallId = uuid.brand('InstallId');
export type InstallId = z.infer<typeof InstallId>;
export const LinkId = uuid.brand('LinkId');
export type LinkId = z.infer<typeof LinkId>;
export const DeliveryId = uuid.brand('DeliveryId');
export type DeliveryId = z.infer<typeof DeliveryId>;
export const OperationId = uuid.brand('OperationId');
export type OperationId = z.infer<typeof OperationId>;
export const PrincipalId = uuid.brand('PrincipalId');
export type PrincipalId = z.infer<typeof PrincipalId>;

/** What an effect leaves at the vendor so that it can be found again: short, opaque, no secret. */
export const Marker = z
  .string()
  .regex(/^dsk-[0-9a-z]{16,40}$/)
  .brand('Marker');
export type Marker = z.infer<typeof Marker>;

/** Slack ids are opaque and may change their first letter; only emptiness and length are checked. */
const slackId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_]+$/);
export const SlackTeam = slackId.brand('SlackTeam');
export type SlackTeam = z.infer<typeof SlackTeam>;
export const SlackChannel = slackId.brand('SlackChannel');
export type SlackChannel = z.infer<typeof SlackChannel>;
/** Whether it is a conversation of one person with the app. Source: https://docs.slack.dev/reference/objects/conversation-object */
export const isDirectMessage = (channel: SlackChannel): boolean => channel.startsWith('D');
export const SlackUser = slackId.brand('SlackUser');
export type SlackUser = z.infer<typeof SlackUser>;

/** A Slack message id, "seconds.microseconds". Order it with `tsMicros`, never as text or as a float. */
export const SlackTs = z
  .string()
  .regex(/^\d{1,12}\.\d{6}$/)
  .brand('SlackTs');
export type SlackTs = z.infer<typeof SlackTs>;

/** Microseconds since 1970: the total order of Slack messages. */
export function tsMicros(ts: SlackTs): bigint {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return BigInt(seconds) * 1_000_000n + BigInt(micros);
}

/** The name that the configuration gives to one ticket system instance, e.g. "jira-it". */
export const ConnectorId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .brand('ConnectorId');
export type ConnectorId = z.infer<typeof ConnectorId>;

/** A ticket's immutable id in its own system (Jira issue id, ServiceNow sys_id); never the key or number. */
export const TicketId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/)
  .brand('TicketId');
export type TicketId = z.infer<typeof TicketId>;

/** A comment's immutable id in the ticket's system. */
export const CommentId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/)
  .brand('CommentId');
export type CommentId = z.infer<typeof CommentId>;

/** An attachment's immutable id in the ticket's system. */
export const AttachmentId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/)
  .brand('AttachmentId');
export type AttachmentId = z.infer<typeof AttachmentId>;

export const SlackFileId = slackId.brand('SlackFileId');
export type SlackFileId = z.infer<typeof SlackFileId>;
