import { createHmac, randomBytes } from 'node:crypto';
import { createNotes, type DiagnosisOptions, type Finding, type Notes } from '../../model/finding.ts';
import type { Io } from '../../model/io.ts';
import { DOOR_CHECKS } from './checks.ts';

export interface DoorDiagnosis extends DiagnosisOptions {
  readonly publicUrl: string | null;
  /** Null with Socket Mode. */
  readonly signingSecret: string | null;
  readonly io: Io;
  readonly now: () => Date;
}

const TIMEOUT_MS = 10_000;
const LONGEST = 4_096;

interface Knock {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Knocks at our own doors from outside. What is sent changes nothing: Slack's own check of an address, and three reads. */
export async function diagnoseDoors(wanted: DoorDiagnosis): Promise<readonly Finding[]> {
  const notes = createNotes(DOOR_CHECKS, wanted);
  const { publicUrl, signingSecret, now } = wanted;
  if (publicUrl === null) return notes.findings('server.public_url is not set');
  const knock = createKnock(publicUrl, wanted.io);

  const health = await knock({ path: '/healthz' });
  if (health === null) {
    notes.problem('doors.answer', 'no-answer', { wrong: `Nobody answers at ${new URL(publicUrl).host}.` });
    return notes.findings('nobody answers at server.public_url');
  }
  if (health.status !== 200 || health.text !== 'ok') {
    notes.problem('doors.answer', 'somebody-else', {
      wrong: `What answers at ${new URL(publicUrl).host} is not Deskbridge (HTTP ${health.status}).`,
    });
    return notes.findings('somebody else answers at server.public_url');
  }
  notes.passed('doors.answer', `${new URL(publicUrl).host} is Deskbridge`);
  await knockAtSlackDoor(notes, knock, { signingSecret, now });
  await lookForMetrics(notes, knock);
  return notes.findings('not reached');
}

type Knocking = (knock: Knock) => Promise<Answer | null>;
type DoorNotes = Notes<typeof DOOR_CHECKS>;

function createKnock(publicUrl: string, io: Io): Knocking {
  const base = publicUrl.replace(/\/+$/, '');
  return async ({ path, headers = {}, body }) => {
    try {
      return await io.run('slack.read', { timeoutMs: TIMEOUT_MS }, () =>
        io.exchange(async (signal) => {
          const response = await fetch(`${base}${path}`, {
            method: body === undefined ? 'GET' : 'POST',
            headers,
            ...(body === undefined ? {} : { body }),
            redirect: 'manual',
            signal,
          });
          return { status: response.status, text: await beginning(response) };
        }),
      );
    } catch {
      return null;
    }
  };
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > LONGEST) break;
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}

async function knockAtSlackDoor(
  notes: DoorNotes,
  knock: Knocking,
  { signingSecret, now }: Pick<DoorDiagnosis, 'signingSecret' | 'now'>,
): Promise<void> {
  if (signingSecret === null) {
    notes.unseen('doors.slack', 'slack.mode is socket: Slack does not come in here');
    notes.unseen('doors.unsigned', 'slack.mode is socket: Slack does not come in here');
    return;
  }
  const challenge = randomBytes(16).toString('hex');
  const body = JSON.stringify({ type: 'url_verification', challenge });
  const type = { 'content-type': 'application/json' };
  const unsigned = await knock({ path: '/slack/events', headers: type, body });
  if (unsigned?.status === 200) {
    notes.problem('doors.unsigned', 'accepted', {
      wrong: 'A request without a signature was answered with 200.',
    });
  } else if (unsigned !== null) notes.passed('doors.unsigned', `refused (HTTP ${unsigned.status})`);

  const timestamp = String(Math.floor(now().getTime() / 1000));
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const signed = await knock({
    path: '/slack/events',
    headers: { ...type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac}` },
    body,
  });
  if (signed === null) notes.unseen('doors.slack', 'the door did not answer');
  else if (signed.status === 200 && signed.text.includes(challenge)) {
    notes.passed('doors.slack', 'a signed request is accepted');
  } else {
    notes.problem('doors.slack', 'refused', {
      wrong: `A request signed with our signing secret was answered with HTTP ${signed.status}.`,
    });
  }
}

async function lookForMetrics(notes: DoorNotes, knock: Knocking): Promise<void> {
  for (const path of ['/metrics', '/readyz']) {
    const answer = await knock({ path });
    if (answer?.status === 200) {
      notes.problem('doors.metrics', 'exposed', {
        subject: path,
        wrong: `${path} answers on the public address.`,
      });
    } else if (answer !== null) notes.passed('doors.metrics', `closed (HTTP ${answer.status})`, path);
  }
}
