/**
 * Everything that a connector outside of this program is written with: it imports from `deskbridge/connector` and from
 * nowhere else in here. What stands here is kept stable; what does not may change with every version.
 */
export { type Doc, plainDoc } from '../model/doc.ts';
export { docText } from '../model/doc-text.ts';
export type { Effect } from '../model/effect.ts';
export { AttachmentId, CommentId, type ConnectorId, TicketId } from '../model/ids.ts';
export type { Io } from '../model/io.ts';
export { mapped, type Outcome, ok, rejected, retryLater, unknownEffect } from '../model/outcome.ts';
export type { Secret } from '../model/secret.ts';
export {
  type Author,
  type CommentDraft,
  type CommentRevision,
  isReached,
  type StatusCategory,
  type TicketChange,
  type TicketComment,
  type TicketDraft,
  type TicketFields,
  type TicketRef,
  type TicketSnapshot,
  type WantedPerson,
  type WrittenFields,
  waysTo,
} from '../model/ticket.ts';
export { allPages } from './all-pages.ts';
export { announced, OtherContent } from './announced-content.ts';
export { bylineOf } from './byline.ts';
export type {
  ChangePage,
  Comments,
  Connector,
  Files,
  HookReading,
  HookRequest,
  TicketPerson,
} from './connector.ts';
export { defineConnector } from './connector-module.ts';
export { grantSecret } from './grant-secret.ts';
export { createJsonClient, type JsonClient, type JsonWrite, type Refused, segment } from './json-client.ts';
export { markerIn, readMarkdown, withMarker, writeMarkdown } from './markdown.ts';
export { planFields, type Wish, writeByPlan } from './plan-fields.ts';
export { type AskedPage, pollByTime } from './poll-by-time.ts';
export { readSignedHook } from './signed-hook.ts';
export { isBlank, oneLine, storable } from './storable-text.ts';
