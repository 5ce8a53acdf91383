import type { CommentDraft } from '../model/ticket.ts';
import { viaSlack } from '../texts/ticket-systems.ts';

/** Who says it, unless he writes in his own name, and which part of a long message this is; often empty. */
export function bylineOf({ author, part }: Pick<CommentDraft, 'author' | 'part'>): string {
  const name = author === null || author.grant !== null ? '' : `${viaSlack(author.name)} `;
  return (part === null ? name : `${name}(${part.number}/${part.of})`).trim();
}
