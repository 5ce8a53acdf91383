import type { Proof, Threat } from './threats.ts';
import { AT_THE_DOORS, FAKED, IMPOSTOR } from './threats-doors.ts';

const by = (file: string, ...names: readonly string[]): readonly Proof[] =>
  names.map((name) => ({ file: `test/${file}.test.ts`, name }));

const MODEL = by(
  'approvals/model',
  'no history of a request breaks a promise, and the lot brings it to every state and every event',
  'the checker sees that …',
);
const FORGED = by('approvals/races', 'nothing that is forged, used, bent, of others or too late counts');

const LOOKED = by(
  'stories/approvals-web',
  'who is asked signs in with Slack, looks without changing anything, and decides once',
);

/** What could be done to a decision of people. */
export const IN_APPROVALS: readonly Threat[] = [
  ...AT_THE_DOORS,
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
    id: 'T8',
    threat: 'Somebody calls himself “Jane Doe (CISO)”, or turns a line around with signs that nobody sees.',
    defence:
      'On a card people are shown by their ids in our own rows, which Slack draws as its own profiles; the page writes the id beside the name. Signs that nobody sees are written out. The line of a notification alone gives the name that the directory, else Slack, has.',
    proofs: [
      ...by(
        'slack/out/approval-card',
        'a name that says it is somebody else is not what is shown of who has a profile',
        'whatever stands in a request: Slack takes the card, and obeys nothing of it',
      ),
      ...LOOKED,
    ],
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
    id: 'T10',
    threat: 'A bot, an app, a service account, a rule or a flow approves.',
    defence:
      'Here bots decide nothing. Of a record of Jira the type of the account is asked for; of one of ServiceNow, which user wrote it and whether a person’s. What is not known to be the person’s own answer is not counted, the audit keeps it as an alarm, and the ticket says so to its agents. What the system itself does with it cannot be undone from here.',
    proofs: [
      ...IMPOSTOR,
      ...by(
        'connectors/jira/capabilities',
        'whose word a decision is: an app is no person, and neither is whoever Jira does not show',
      ),
      ...by(
        'connectors/servicenow/approvals',
        'not that of …',
        'the approver’s own hand, or that of whoever stands in for him',
      ),
      ...by('approvals/native', 'whose word a decision is stays as it was read first'),
      ...by('approvals/flows', 'guests, bots, auditors, the requester and his delegates decide nothing'),
      ...by('approvals/judge', 'no configuration lets a bot or a model act without anybody'),
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
    id: 'T15',
    threat: 'A program that looks at links before people do decides, or uses a link up.',
    defence:
      'Looking changes nothing, with or without a sign-in and whatever stands in the address; only the buttons of the page decide. Links to connect an account are used up by a press, too.',
    proofs: [...LOOKED, ...by('web/connect-door', 'a link, a state and a code work once')],
  },
  {
    id: 'T16',
    threat: 'Another page presses our buttons for somebody, or shows ours in a frame of its own.',
    defence:
      'A press counts from our own page alone, by what the browser says of its origin and by a key that is bound to session and approval. No page of ours can be framed, runs a script or is kept; its cookies are HttpOnly and SameSite=Lax, because Slack’s sign-in leads back from another site, and Secure over https.',
    proofs: [
      ...by(
        'stories/approvals-web',
        'nobody else’s page can press, frame or read ours: every answer says so, and the cookies are no stranger’s',
        'a sign-in that is not fresh, of somebody else, or of another workspace decides nothing',
      ),
      ...by(
        'web/sealed-cookie',
        'another purpose, another key, another shape, and any changed sign open nothing',
      ),
      ...by(
        'web/connect-door',
        'only our own page begins: a stranger’s page cannot make somebody consent for the link of a stranger',
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
    id: 'T18',
    threat: 'An emergency exit is misused, or used in silence.',
    defence:
      'There is none. No setting, command or failure lets anything run without a quorum that holds; in an emergency people act in the ticket system, by their own rights and in its own trail. Where the audit cannot be written, nothing is decided and nothing runs.',
    proofs: [
      ...MODEL,
      ...by(
        'approvals/no-way-around',
        'no setting and no command goes around a quorum',
        'only the machine of a request makes a grant, and no command reaches what decides or runs',
        'where the audit cannot be written nothing is decided and nothing runs, and it goes on when it can',
      ),
    ],
  },
  {
    id: 'T49',
    threat: 'Whoever may edit a ticket sets it to “Approved”, or writes that somebody approved it.',
    defence:
      'A status or a comment decides nothing and runs nothing, here or in a record of the ticket system: only a press, the page, or the record of the approver is a vote. A status can ask for an approval where the owner says so.',
    proofs: [
      ...FAKED,
      ...by(
        'stories/approvals-native',
        'what is decided there counts from its record, and never from a status',
        'what an agent sets on the ticket is asked for once each time, and what was approved does not ask again',
      ),
    ],
  },
  {
    id: 'T50',
    threat: 'Deskbridge writes on a ticket that somebody approved who did not.',
    defence:
      'It answers a record with the approver’s own sign-in or not at all. Of a decision that was made with it it writes an internal note under its own name, which says that it is no record of that system, with the id and the fingerprint by which the audit has it.',
    proofs: [
      ...FAKED,
      ...by(
        'stories/approvals-native',
        'its approvers are asked in Slack; one answers by his own hand alone, and the record says so',
      ),
      ...by(
        'connectors/jira/capabilities',
        'an approval is answered by the approver himself, once; whoever else tries is refused and nothing is sent',
      ),
      ...by(
        'connectors/servicenow/approvals',
        'nobody decides in another person’s name, and nothing is sent',
      ),
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
      ...by(
        'stories/approvals-slack-forms',
        'the command opens the whole difference and decides there; only what waits for him is found',
      ),
      ...by(
        'stories/approvals-web',
        'a sign-in that is not fresh, of somebody else, or of another workspace decides nothing',
      ),
      ...FORGED,
    ],
  },
];
