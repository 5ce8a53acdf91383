import type { Link, Operation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { prepareAnswer } from './answer-approval.ts';
import { prepareBacklink } from './point-back.ts';
import { prepareApprovalCard } from './prepare-approval-card.ts';
import { prepareInternal, prepareTell, prepareWhisper } from './prepare-aside.ts';
import { prepareAttach } from './prepare-attach.ts';
import { prepareCreate } from './prepare-create.ts';
import { prepareRetire } from './prepare-retire.ts';
import { prepareShare } from './prepare-share.ts';
import { prepareCard, prepareNotice, prepareSay } from './prepare-slack.ts';
import { prepareComment, prepareNote, prepareWrite } from './prepare-ticket.ts';
import type { Preparation } from './prepared.ts';
import { prepareApproved } from './run-approved.ts';
import type { World } from './world.ts';

/** Makes an operation ready to run. Reads whatever it needs; changes nothing. */
export async function prepare(world: World, link: Link, operation: Operation): Promise<Outcome<Preparation>> {
  const { body } = operation;
  switch (body.kind) {
    case 'card':
      return prepareCard(world, link);
    case 'post':
      return prepareNotice(world, link, body);
    case 'open-internal':
      return prepareInternal(world, link, { operation, body });
    case 'whisper':
      return ok(prepareWhisper(world, link, { operation, body }));
    case 'say':
      return prepareSay(world, link, { operation, body });
    case 'share':
      return prepareShare(world, link, { operation, body });
    case 'create':
      return prepareCreate(world, link, body);
    case 'comment':
      return prepareComment(world, link, { operation, body });
    case 'attach':
      return prepareAttach(world, link, { operation, body });
    case 'note':
      return prepareNote(world, link, body);
    case 'write':
      return prepareWrite(world, link, body);
    case 'approval-card':
      return prepareApprovalCard(world, link, { operation, body });
    case 'run-approved':
      return prepareApproved(world, link, body);
    case 'answer-approval':
      return prepareAnswer(world, link, body);
    case 'retire':
      return prepareRetire(world, link, body);
    case 'tell':
      return prepareTell(world, link, { operation, body });
    case 'backlink':
      return prepareBacklink(world, link);
  }
}
