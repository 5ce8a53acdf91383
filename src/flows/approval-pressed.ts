import type { ApprovalId } from '../model/approval.ts';
import type { Errand } from '../model/errand.ts';
import type { FormLook } from '../slack/out/approval-views.ts';
import type { Approving } from './approving.ts';
import type { World } from './world.ts';

/** Somebody did something about an approval in Slack. */
export type Pressed = Extract<Errand, { kind: 'approval-act' }>;

/** What whoever answers it needs. */
export interface Asked {
  readonly world: World;
  readonly approving: Approving;
  readonly pressed: Pressed;
}

/** What somebody gets to see of what he did; null: the card itself says it. */
export type Answer =
  | {
      readonly kind: 'words';
      readonly text: string;
      /** He has to know, also when the form in which it would stand is closed. */
      readonly isRefusal: boolean;
      /** Offers him the form with the whole difference. */
      readonly look?: ApprovalId;
    }
  | { readonly kind: 'form'; readonly form: FormLook }
  /** Its card is not written down yet. */
  | { readonly kind: 'not-yet' }
  | null;

export const refusal = (text: string): Answer => ({ kind: 'words', text, isRefusal: true });
