import type { SlackUser } from './ids.ts';
import type { Intake } from './intake.ts';

/** The person who does this; null when nobody does, or a bot. */
export function actorOf(intake: Intake): SlackUser | null {
  switch (intake.kind) {
    case 'message':
    case 'edited':
      return intake.message.bot === null ? intake.message.user : null;
    case 'open-from-message':
    case 'open-from-form':
    case 'open-from-mark':
    case 'ask-help':
    case 'pick-kind':
    case 'pick-same':
    case 'ask-desk':
    case 'change':
    case 'ask-receipt':
    case 'ask-card':
    case 'move':
    case 'links-shared':
    case 'home-opened':
    case 'choose-notices':
    case 'account':
    case 'react':
    case 'escalate':
    case 'want-human':
    case 'approval-act':
    case 'filter-approvals':
      return intake.by;
    case 'deleted':
    case 'own-message':
    case 'bypass':
    case 'grant-changed':
    case 'step-unreadable':
    case 'place-changed':
    case 'ignored':
      return null;
  }
}
