import { html } from 'hono/html';
import type { ApprovalId, Decision } from '../model/approval.ts';
import type { ShownOnPage } from './approval-door.ts';
import { type PageBody, styleOf } from './page.ts';

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
  readonly decide: string;
  readonly decideHint: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly approve: string;
  readonly deny: string;
  readonly back: string;
}

export const APPROVAL_STYLE = styleOf(`
:root { color-scheme: light dark; --ink: #1d1c1d; --quiet: #5b5a5c; --paper: #fff; --line: #d9d8da; --soft: #f5f4f6;
  --yes: #0b6b4f; --no: #a3172d; --focus: #1264a3; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceaed; --quiet: #b3b1b5; --paper: #1a1b1e; --line: #45464b; --soft: #25262a;
    --yes: #17805f; --no: #c0354b; --focus: #7cc0ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
.brand { color: var(--quiet); font-size: .875rem; margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: minmax(6rem, 10rem) 1fr; gap: .375rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .875rem; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td:last-child { font-weight: 600; }
.box { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin-top: 2rem; }
.box p { margin: 0; }
label { display: block; font-weight: 600; }
.hint { color: var(--quiet); font-size: .875rem; margin: .125rem 0 .5rem; }
textarea { width: 100%; min-height: 5rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--quiet); border-radius: .375rem; padding: .5rem .625rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1rem; align-items: center; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.25rem; border-radius: .375rem; cursor: pointer;
  color: #fff; background: #1264a3; border: 2px solid transparent; }
button.yes { background: var(--yes); }
button.no { background: var(--no); }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
`);

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

function whatIsAsked(
  words: ApprovalWords,
  { title, lines, changes, evidence, ticket }: ShownOnPage,
): PageBody {
  const rows = changes.map(
    ({ field, before, after }) =>
      html`<tr><td>${field}</td><td>${before ?? words.empty}</td><td>${after ?? words.empty}</td></tr>`,
  );
  const link = ticket === null ? '' : html`<p><a href="${ticket.url}" rel="noreferrer">${ticket.key}</a></p>`;
  return html`<h1>${title}</h1>${list(lines)}${link}
    ${changes.length === 0 ? '' : html`<h2>${words.changes}</h2><table><thead><tr><th scope="col"></th><th scope="col">${words.before}</th><th scope="col">${words.after}</th></tr></thead><tbody>${rows}</tbody></table>`}
    ${evidence.length === 0 ? '' : html`<h2>${words.evidence}</h2>${list(evidence)}`}`;
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
    <div class="row"><button class="yes" name="decision" value="approve">${words.approve}</button>
    <button class="no" name="decision" value="deny">${words.deny}</button> <a href="../${id}">${words.back}</a></div></form>`,
  );
}
