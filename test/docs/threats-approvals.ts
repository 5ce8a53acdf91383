import type { Proof, Threat } from './threats.ts';

const by = (file: string, ...names: readonly string[]): readonly Proof[] =>
  names.map((name) => ({ file: `test/${file}.test.ts`, name }));

const MODEL = by(
  'approvals/model',
  'no history of a request breaks a promise, and the lot brings it to every state and every event',
  'the checker sees that …',
);
const FORGED = by('approvals/races', 'nothing that is forged, used, bent, of others or too late counts');

/** What could be done to a decision of people. */
export const IN_APPROVALS: readonly Threat[] = [
  {
    id: 'T7',
    threat: 'A guest, somebody of another company, or a bot presses Approve.',
    defence:
      'Slack is asked who he is, at most five minutes ago; who is no full member there, and whom it does not name, decides nothing. When it does not answer, nothing is decided.',
    proofs: by(
      'approvals/flows',
      'guests, bots, auditors, the requester and his delegates decide nothing',
      'nobody is let in because Slack does not answer',
    ),
  },
  {
    id: 'T9',
    threat: 'Somebody approves what he himself asks for, under another name or from another side.',
    defence:
      'People are known by their linked ids, each once. Who asked, whom it is for, who wrote it, and who owns the bot, decide nothing, on any surface, at the vote and again before the work.',
    proofs: [
      ...MODEL,
      ...by('approvals/flows', 'guests, bots, auditors, the requester and his delegates decide nothing'),
      ...FORGED,
    ],
  },
  {
    id: 'T11',
    threat: 'A delegation leads in a circle, to the requester, or never ends.',
    defence:
      'A delegate has to be somebody who may decide himself, passes nothing on, and stands in for 14 days at most; the owner can allow less.',
    proofs: [
      ...MODEL,
      ...by(
        'approvals/flows',
        'a delegate decides in another seat, for a while and up to a risk, and a decision can be taken back before it runs',
      ),
    ],
  },
  {
    id: 'T12',
    threat: 'What was asked for is changed after somebody was shown it, or after he approved it.',
    defence:
      'One hash covers the whole request. A change of what it is bound to voids every vote and asks again; before the work the ticket is read once more, and only the same bytes are done.',
    proofs: [
      ...MODEL,
      ...by(
        'stories/approvals',
        'a change of what was asked voids the decision that was made possible, and it is asked again',
      ),
      ...by('approvals/flows', 'a change that the ticket shows at the last moment is not run on'),
    ],
  },
  {
    id: 'T13',
    threat: 'Two decisions at once, from one side or from both, count twice or run twice.',
    defence:
      'One row is locked for each decision, and the first that is committed wins; the work of a step has one row, for ever.',
    proofs: [
      ...by('approvals/races', 'many decisions at once are one decision, and its work is done once'),
      ...by(
        'approvals/flows',
        'a process that dies while the work runs leaves it uncertain: it is never done twice',
      ),
    ],
  },
  {
    id: 'T14',
    threat: 'A button’s token is stolen, guessed, turned from deny to approve, or used again.',
    defence:
      'It names its person, decision, step and version, is signed with a key of its own for each install, and is used up with the vote; of its random number only a hash is stored.',
    proofs: [
      ...FORGED,
      ...by(
        'stories/approvals',
        'a manager approves, the ticket moves once, and both sides can read who decided what',
      ),
    ],
  },
  {
    id: 'T17',
    threat: 'Somebody leaves, or loses his role, between his approval and the work.',
    defence:
      'Everybody’s standing is asked again in the moment before the work; too few votes, and nothing is done.',
    proofs: [
      ...MODEL,
      ...by('approvals/flows', 'whoever loses his authority before the work runs has not approved it'),
    ],
  },
  {
    id: 'T51',
    threat: 'Somebody guesses the id of an approval.',
    defence:
      'Ids are drawn by chance, 122 bits. What does not concern him does not exist for whoever asks, and a decision counts only with a token of his own.',
    proofs: [
      ...by(
        'approvals/flows',
        'an approval is shown to those whom it concerns, and for all others it does not exist',
      ),
      ...FORGED,
    ],
  },
];
