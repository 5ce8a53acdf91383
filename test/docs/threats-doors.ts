import type { Proof, Threat } from './threats.ts';

const by = (file: string, ...names: readonly string[]): readonly Proof[] =>
  names.map((name) => ({ file: `test/${file}.test.ts`, name }));

export const FAKED = by(
  'stories/approvals-attacks',
  'a status, a comment and an old webhook that is sent again decide nothing, and a note says that it is only a note',
);
export const IMPOSTOR = by(
  'stories/approvals-native',
  'the address and the name of an approver are nobody, and what an app or a rule answers is nobody’s decision',
);
/** What could come in that nobody who may has sent, and in whose name. */
export const AT_THE_DOORS: readonly Threat[] = [
  {
    id: 'T1',
    threat: 'A press of Approve comes in unsigned, as part of a check that Slack makes of certificates.',
    defence:
      'Every body is checked before it is parsed. Such a check is answered only when it holds nothing else, and then nothing is done.',
    proofs: by(
      'web/slack-signature',
      'the check of our certificate opens the door to nothing beside it',
      'the bare check of our certificate needs no signature and does nothing',
    ),
  },
  {
    id: 'T2',
    threat: 'A call is forged, changed on its way, or signed with an empty secret.',
    defence:
      'The signature is computed over the bytes as they came and compared in constant time. Without a secret of 16 bytes the door of Slack is not built, and hooks are refused where no secret is set.',
    proofs: [
      ...by(
        'web/slack-signature',
        'one flipped bit anywhere is refused and stores nothing',
        'missing, empty, malformed and foreign signatures are refused',
        'a door without a real secret is not built',
      ),
      ...by(
        'connectors/servicenow/hook',
        'id, time and body are all signed',
        'without a secret of our own nothing is accepted',
      ),
      ...by('connectors/jira/pure', 'no secret means no hooks, and no other method is accepted'),
    ],
  },
  {
    id: 'T3',
    threat: 'A genuine call is sent again, or with a time in the future.',
    defence:
      'Its time may be five minutes off to either side. The key of every call is kept for ever, so that it counts once.',
    proofs: [
      ...by(
        'web/slack-signature',
        'the window has two sides: 300 s pass, 301 s do not, neither do an hour or a year ahead',
      ),
      ...by('web/slack-door', 'the same request a hundred times at once is one delivery'),
      ...by('connectors/servicenow/hook', 'the time may be five minutes off to either side, no more'),
    ],
  },
  {
    id: 'T4',
    threat:
      'An old webhook of Jira, whose signature has no time in it, is sent again under another identifier.',
    defence:
      'It is let in and believed in nothing: a webhook only says which ticket to read, and the ticket is read as it is now. It is no decision, whatever it says.',
    proofs: [
      ...FAKED,
      ...by(
        'connectors/jira/pure',
        'a hook names its ticket by id; one without a ticket is accepted and names none',
      ),
    ],
  },
  {
    id: 'T5',
    threat: 'Somebody sends hooks in the name of a ServiceNow instance, which signs nothing by itself.',
    defence:
      'The business rule that comes with Deskbridge signs id, time and body with a secret of its instance. A secret in an address or a header is no signature, and is not written down. Which addresses may call is for the proxy in front to say.',
    proofs: [
      ...by(
        'web/servicenow-hook',
        'unsigned, signed by another instance, or with the secret in its address or a header: 401, nothing kept, nothing told',
      ),
      ...by('connectors/servicenow/hook', 'a secret anywhere but in the signature is no signature'),
    ],
  },
  {
    id: 'T6',
    threat: 'Somebody takes an approver’s address or name, in Slack or in the ticket system.',
    defence:
      'People are their ids, linked by the directory, by an operator or by a sign-in of their own. An address only suggests a link to an operator, and one in two places suggests none.',
    proofs: [
      ...IMPOSTOR,
      ...by('store/principals', 'one address in two places links nobody'),
      ...by('people/import-file', 'an address suggests whom nobody linked, unless two share it'),
      ...by(
        'web/connect-door',
        'nobody connects an account that is somebody else’s, nor one who was deactivated meanwhile',
      ),
    ],
  },
];
