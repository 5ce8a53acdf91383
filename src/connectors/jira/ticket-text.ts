import { type Doc, plainDoc } from '../../model/doc.ts';
import { docText, joinDocs } from '../../model/doc-text.ts';
import type { Attempt } from '../../model/effect.ts';
import type { TicketDraft } from '../../model/ticket.ts';
import { requestedBy, requestFrom, slackThreadLine, whyHere } from '../../texts/jira.ts';
import { inertDoc } from '../inert-doc.ts';
import { isBlank } from '../storable-text.ts';
import { cutDoc } from './comment-text.ts';
import { escapeWiki, MAX_BODY, MAX_SUMMARY, oneLine, part, shorten, storable } from './text.ts';

/** For the line that says that a description was cut. */
const ROOM = 200;

export function summaryOf(draft: TicketDraft): string {
  const summary = oneLine(draft.summary);
  if (!isBlank(summary)) return shorten(summary, MAX_SUMMARY);
  return shorten(requestFrom(part(draft.requester.name)), MAX_SUMMARY);
}

export const referenceLine = (attempt: Attempt) => `Reference: ${attempt.marker}`;

/** Who asked, why it landed here, and where it came from. The reference comes last and is never cut. */
function footerOf(draft: TicketDraft, attempt: Attempt): string {
  const { name, email } = draft.requester;
  const lines = [
    requestedBy(part(name), email === null ? '' : ` (${part(email)})`),
    whyHere(part(draft.reason)),
    ...(draft.permalink === null ? [] : [slackThreadLine(part(draft.permalink))]),
    referenceLine(attempt),
  ];
  return lines.join('\n');
}

/** The words of the requester with their formatting, and the footer, which is never cut. */
export function descriptionOf(draft: TicketDraft, attempt: Attempt): Doc {
  const footer = footerOf(draft, attempt);
  return joinDocs(cutDoc(inertDoc(draft.description), MAX_BODY - footer.length - ROOM), plainDoc(footer));
}

/** The form of a service desk takes wiki markup: plain words with every mark quoted, cut as they are sent. */
export function formDescriptionOf(draft: TicketDraft, attempt: Attempt): string {
  const footer = `\n\n${escapeWiki(footerOf(draft, attempt))}`;
  const words = escapeWiki(storable(docText(inertDoc(draft.description))).trim());
  return `${shorten(words, MAX_BODY - footer.length)}${footer}`;
}
