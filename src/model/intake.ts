import type { LinkId, SlackChannel, SlackTeam, SlackTs, SlackUser } from './ids.ts';
import type { StatusCategory } from './ticket.ts';

/** Slack text without its markup: plain stretches, and people who still have to be given their names. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'person'; readonly user: SlackUser };

export interface SlackMessage {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  /** The root of the thread that this message belongs to; its own ts when it starts one. */
  readonly root: SlackTs;
  readonly user: SlackUser;
  readonly text: readonly TextPart[];
  /** Names of the files that hang on it. */
  readonly files: readonly string[];
}

/** What one Slack delivery means to us, however it came in. Everything not listed is `ignored`, with its type counted. */
export type Intake =
  /** A person wrote in a channel or thread; `direct` in a direct message with the bot. */
  | { readonly kind: 'message'; readonly message: SlackMessage; readonly direct: boolean }
  /** One of our own posts came back; `marker` when its metadata travelled along. */
  | {
      readonly kind: 'own-message';
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly marker: string | null;
    }
  /** A person used "Open request" on a message; the thread of that message becomes the request. */
  | { readonly kind: 'open-from-message'; readonly message: SlackMessage; readonly by: SlackUser }
  /** A person submitted the form of /desk. `submission` identifies this very form, also when it is sent twice. */
  | {
      readonly kind: 'open-from-form';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly submission: string;
      readonly summary: string;
      readonly details: string;
      /** The other fields of the form by name, for the routing table. */
      readonly fields: Readonly<Record<string, string>>;
      /** The channel in which the command was typed, for the routing table; null when unknown. */
      readonly channel: SlackChannel | null;
    }
  /** A person pressed a button of a card. */
  | {
      readonly kind: 'change-status';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly status: StatusCategory;
      readonly channel: SlackChannel | null;
    }
  | { readonly kind: 'ignored'; readonly reason: string };

/** Reads a stored Slack delivery (the parsed JSON body). Never throws for bad input: that is `ignored`. */
export type Interpret = (body: unknown) => Promise<Intake>;
