import type { Intake, SlackFile, SlackMessage } from '../model/intake.ts';
import { type Redactor, withoutPieces } from './redact.ts';
import { redactDoc } from './redact-doc.ts';

/**
 * What somebody typed in Slack, without the secrets in it. This is the one way from a stored delivery to a ticket, a log, a
 * queue or a model: what is not asked for here is not carried on.
 */
export function redactIntake(redactor: Redactor, intake: Intake): Intake {
  switch (intake.kind) {
    case 'message':
    case 'edited':
    case 'open-from-message':
      return { ...intake, message: redactMessage(redactor, intake.message) };
    case 'open-from-form': {
      const { words, found } = collecting(redactor);
      const mapped = {
        ...intake,
        summary: words(intake.summary),
        details: words(intake.details),
        fields: mapValues(intake.fields, words),
        answers: mapValues(intake.answers, (answer) => each(answer, words)),
        ...(intake.filled === undefined ? {} : { filled: redactFilled(intake.filled, words) }),
        files: intake.files.map((file) => redactFile(file, words)),
      };
      return found.size === 0 ? intake : { ...mapped, redacted: [...found] };
    }
    case 'change': {
      const { words, found } = collecting(redactor);
      const { summary, group } = intake.set;
      const set = {
        ...intake.set,
        ...(summary === undefined ? {} : { summary: words(summary) }),
        ...(group === undefined ? {} : { group: words(group) }),
      };
      const { step } = intake;
      const clean = step === undefined ? {} : { step: redactFilled(step, words) };
      return found.size === 0 ? intake : { ...intake, set, ...clean, redacted: [...found] };
    }
    case 'escalate':
    case 'move': {
      const { words, found } = collecting(redactor);
      const why = words(intake.why);
      return found.size === 0 ? intake : { ...intake, why };
    }
    case 'approval-act': {
      const { words, found } = collecting(redactor);
      const act = redactAct(intake.act, words);
      return found.size === 0 ? intake : { ...intake, act };
    }
    case 'filter-approvals':
    case 'ask-card':
    case 'react':
    case 'want-human':
    case 'open-from-mark':
    case 'pick-kind':
    case 'pick-same':
    case 'bypass':
    case 'place-changed':
    case 'ask-help':
    case 'ask-desk':
    case 'step-unreadable':
    case 'deleted':
    case 'own-message':
    case 'ask-receipt':
    case 'grant-changed':
    case 'home-opened':
    case 'links-shared':
    case 'choose-notices':
    case 'account':
    case 'ignored':
      return intake;
  }
}

type Acted = Extract<Intake, { kind: 'approval-act' }>['act'];

function redactAct(act: Acted, words: (text: string) => string): Acted {
  switch (act.kind) {
    case 'vote':
      return { ...act, reason: words(act.reason) };
    case 'ask':
      return { ...act, question: words(act.question) };
    case 'look':
    case 'escalate':
    case 'look-alike':
    case 'look-away':
    case 'name-delegate':
    case 'end-delegation':
    case 'approve-alike':
      return act;
  }
}

type Filled = NonNullable<Extract<Intake, { kind: 'open-from-form' }>['filled']>;

function redactFilled<T extends Pick<Filled, 'fields'>>(filled: T, words: (text: string) => string): T {
  const fields = filled.fields.map((field) => ({
    ...field,
    answer: each(field.answer, words),
    shown: each(field.shown, words),
  }));
  return { ...filled, fields };
}

const each = (answer: string | readonly string[], words: (text: string) => string) =>
  typeof answer === 'string' ? words(answer) : answer.map(words);

function redactMessage(redactor: Redactor, message: SlackMessage): SlackMessage {
  const { words, found } = collecting(redactor);
  const body = redactDoc(redactor, message.body);
  const files = message.files.map((file) => redactFile(file, words));
  for (const what of body.found) found.add(what);
  return found.size === 0 ? message : { ...message, body: body.doc, files, redacted: [...found] };
}

/** The address of a file says its name once more. */
function redactFile(file: SlackFile, words: (text: string) => string): SlackFile {
  const name = words(file.name);
  return name === file.name ? file : { ...file, name, permalink: null };
}

function collecting(redactor: Redactor) {
  const found = new Set<string>();
  return {
    found,
    words(text: string): string {
      const pieces = redactor(text);
      for (const { what } of pieces) found.add(what);
      return withoutPieces(text, pieces);
    },
  };
}

function mapValues<V>(all: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, change(value)]));
}
