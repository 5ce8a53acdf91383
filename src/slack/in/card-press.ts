import { z } from 'zod';
import { LinkId, type SlackChannel, SlackUser } from '../../model/ids.ts';
import { BlockActions, channelOrNull } from './schema.ts';

const VERBS = [
  ...(['resolve', 'reopen', 'take', 'watch', 'change', 'move', 'escalate'] as const),
  ...(['why', 'who', 'receipt'] as const),
] as const;
type Verb = (typeof VERBS)[number];

/** The menu of a card; its options have the value `verb:link`. */
const MENU = 'desk_menu';
/** The buttons of a card; their value is the link's id, an opaque word that grants nothing. */
const BUTTONS: ReadonlyMap<string, Verb> = new Map(VERBS.map((verb) => [`desk_${verb}`, verb]));

export const CARD_ACTIONS: readonly string[] = [...BUTTONS.keys(), MENU];

/** Somebody pressed a button of a card, or chose from its menu. */
export interface CardPress {
  readonly verb: Verb;
  readonly link: LinkId;
  readonly by: SlackUser;
  readonly channel: SlackChannel | null;
  /** Thread of the card; null when Slack does not say. */
  readonly threadTs: string | null;
  readonly trigger: string | null;
  readonly call: BlockActions;
}

/** Null for what is no press on a card, or cannot be read. Slack sends one action per press, and Bolt looks at the first. */
export function readPress(body: unknown): CardPress | null {
  const parsed = BlockActions.safeParse(body);
  const action = parsed.data?.actions[0];
  const by = SlackUser.safeParse(parsed.data?.user.id);
  if (!parsed.success || action === undefined || !by.success) return null;
  const said =
    action.action_id === MENU
      ? fromMenu(action.selected_option?.value ?? '')
      : { verb: BUTTONS.get(action.action_id), link: action.value };
  const link = LinkId.safeParse(said.link);
  if (said.verb === undefined || !link.success) return null;
  const { channel, container, message, trigger_id } = parsed.data;
  return {
    verb: said.verb,
    link: link.data,
    by: by.data,
    channel: channel?.id ?? channelOrNull(container?.channel_id),
    threadTs: message?.thread_ts ?? container?.thread_ts ?? null,
    trigger: trigger_id || null,
    call: parsed.data,
  };
}

function fromMenu(value: string) {
  const [verb, link] = value.split(':', 2);
  return { verb: z.enum(VERBS).safeParse(verb).data, link };
}

/** A press that has to be answered with a form at once: its trigger lives 3 s, so it is never stored. */
export function opensForm(body: unknown): boolean {
  const verb = readPress(body)?.verb;
  return verb === 'change' || verb === 'move' || verb === 'escalate';
}
