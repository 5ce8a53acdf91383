import { html } from 'hono/html';
import type { ApprovalId, Decision } from '../model/approval.ts';
import type { ShownOnPage } from './approval-door.ts';
import type { PageBody } from './page.ts';

/** What the pages say that does not depend on the approval; it comes in from the catalogue of texts. */
export interface ApprovalWords {
  readonly heading: string;
  readonly signIn: string;
  readonly signInFirst: string;
  readonly unknown: string;
  readonly elsewhere: string;
  readonly stale: string;
  readonly declined: string;
  readonly changes: string;
  readonly evidence: string;
  readonly before: string;
  readonly after: string;
  readonly empty: string;
  readonly since: string;
  readonly sinceHint: string;
  readonly was: string;
  readonly is: string;
  readonly votes: string;
  readonly talk: string;
  readonly decide: string;
  readonly decideHint: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly approve: string;
  readonly deny: string;
  readonly back: string;
}

const frame = (words: ApprovalWords, body: PageBody): PageBody =>
  html`<main><p class="brand">${words.heading}</p>${body}</main>`;

/** Where somebody signs in, and what for. */
export interface WayIn {
  readonly action: string;
  readonly to: ApprovalId;
}

const signInForm = (words: ApprovalWords, { action, to }: WayIn) =>
  html`<form method="post" action="${action}" class="row"><input type="hidden" name="to" value="${to}">
  <button>${words.signIn}</button></form>`;

/** A few words, and the way to sign in where that helps. */
export const wordsPage = (words: ApprovalWords, text: string, again: WayIn | null): PageBody =>
  frame(words, html`<h1>${text}</h1>${again === null ? '' : signInForm(words, again)}`);

const list = (lines: ShownOnPage['lines']) =>
  html`<dl>${lines.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`;

const table = (
  words: ApprovalWords,
  [before, after]: readonly [string, string],
  all: ShownOnPage['changes'],
) => {
  const rows = all.map(
    (one) =>
      html`<tr><td>${one.field}</td><td>${one.before ?? words.empty}</td><td>${one.after ?? words.empty}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col"></th><th scope="col">${before}</th><th scope="col">${after}</th></tr></thead><tbody>${rows}</tbody></table>`;
};

/** Under a heading; nothing where there is nothing to say. */
const part = (heading: string, n: number, body: PageBody) =>
  n === 0 ? '' : html`<h2>${heading}</h2>${body}`;

function whatIsAsked(words: ApprovalWords, shown: ShownOnPage): PageBody {
  const { title, lines, changes, evidence, ticket, since, notice, votes, talk } = shown;
  const link = ticket === null ? '' : html`<p><a href="${ticket.url}" rel="noreferrer">${ticket.key}</a></p>`;
  const different = html`<p>${words.sinceHint}</p>${table(words, [words.was, words.is], since)}`;
  return html`<h1>${title}</h1>${notice === null ? '' : html`<p class="notice">${notice}</p>`}
    ${list(lines)}${link}
    ${part(words.since, since.length, different)}
    ${part(words.changes, changes.length, table(words, [words.before, words.after], changes))}
    ${part(words.votes, votes.length, list(votes))}
    ${part(words.talk, talk.length, list(talk))}
    ${part(words.evidence, evidence.length, list(evidence))}`;
}

interface Shown {
  readonly id: ApprovalId;
  readonly shown: ShownOnPage;
  /** What this browser's forms for this approval carry. */
  readonly form: string;
}

/** What is asked; the button leads to the decision and changes nothing of it. */
export function approvalPage(words: ApprovalWords, { id, shown, form }: Shown): PageBody {
  const next =
    shown.over === null
      ? html`<form method="post" action="${id}/open" class="box"><input type="hidden" name="form" value="${form}">
        <p>${words.decideHint}</p><div class="row"><button>${words.decide}</button></div></form>`
      : html`<div class="box"><p>${shown.over}</p></div>`;
  return frame(words, html`${whatIsAsked(words, shown)}${next}`);
}

/** The same with both buttons; each token decides one of them once. */
export function ballotPage(
  words: ApprovalWords,
  { id, shown, form, tokens }: Shown & { readonly tokens: Readonly<Record<Decision, string>> },
): PageBody {
  return frame(
    words,
    html`${whatIsAsked(words, shown)}
    <form method="post" action="decide" class="box"><input type="hidden" name="form" value="${form}">
    <input type="hidden" name="approve" value="${tokens.approve}"><input type="hidden" name="deny" value="${tokens.deny}">
    <label for="reason">${words.reason}</label><p class="hint" id="hint">${words.reasonHint}</p>
    <textarea id="reason" name="reason" maxlength="3000" aria-describedby="hint"></textarea>
    <div class="row"><button class="yes" name="decision" value="approve">${shown.outcomes.approve ?? words.approve}</button>
    <button class="no" name="decision" value="deny">${shown.outcomes.deny ?? words.deny}</button> <a href="../${id}">${words.back}</a></div></form>`,
  );
}
