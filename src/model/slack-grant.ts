import type { SlackTeam, SlackUser } from './ids.ts';
import type { Secret } from './secret.ts';

/** Where an app is installed: in one workspace, or with one token in all of an organisation that it was added to. */
export interface SlackPlace {
  readonly enterprise: { readonly id: SlackTeam; readonly name: string } | null;
  /** Null: the whole organisation. */
  readonly team: { readonly id: SlackTeam; readonly name: string } | null;
}

/** A token of Slack, with its successor where tokens rotate. */
export interface SlackToken {
  readonly token: Secret;
  /** Null: it does not end by itself. */
  readonly rotation: { readonly refresh: Secret; readonly expiresInS: number } | null;
}

/** What Slack gave for a code. */
export interface GivenGrant extends SlackPlace, SlackToken {
  readonly appId: string;
  readonly botUserId: SlackUser;
  readonly scopes: readonly string[];
  /** Who installed the app. */
  readonly by: SlackUser;
}

/** Whom a call of Slack is for: a workspace's own install, or that of its organisation. */
export type SlackAddress =
  | { readonly kind: 'team'; readonly id: string }
  | { readonly kind: 'enterprise'; readonly id: string };

/**
 * By what an install names itself in keys. An organisation's is its own id, and not that of a workspace: its channels have
 * one id wherever they are shown, and each workspace that shares one sends its messages under its own name.
 */
export function ownTeam({ team, enterprise }: SlackPlace): SlackTeam {
  const own = team?.id ?? enterprise?.id;
  if (own === undefined) throw new Error('A grant of Slack names a workspace or an organisation');
  return own;
}
