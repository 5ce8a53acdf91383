import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ApprovalId, Delegation } from '../model/approval.ts';
import { PrincipalId, SlackChannel, SlackTs } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Where an approval is shown in Slack. */
export interface ApprovalCard {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  /** To whom alone; null: to a private channel. */
  readonly principal: PrincipalId | null;
  /** Hash of what it shows. */
  readonly shown: string;
}

/** One step of one version. */
export interface AskedStep {
  readonly approval: ApprovalId;
  readonly round: number;
  readonly step: number;
}

const CardRow = z.object({
  channel: SlackChannel,
  ts: SlackTs,
  principal: PrincipalId.nullable(),
  shown: z.string(),
});
const PlacedRow = CardRow.extend({ approval_id: ApprovalId });
const AskedRow = z.object({ principal: PrincipalId, asked_at: z.date(), reminders: z.number() });

/** What stands beside an approval: whom it was asked of, where it is shown, and who stands in for whom. */
export function createApprovalSides({ db, install }: Scope) {
  return {
    cards: {
      async of(approval: ApprovalId): Promise<readonly ApprovalCard[]> {
        const found = await sql`select channel, ts, principal, shown from approval_card
          where install_id = ${install} and approval_id = ${approval} order by sent_at, ts`.execute(db);
        return found.rows.map((row) => CardRow.parse(row));
      },

      /** Writes down a card that was sent, or what it shows since it was changed. */
      async put(approval: ApprovalId, { channel, ts, principal, shown }: ApprovalCard): Promise<void> {
        await sql`insert into approval_card (install_id, approval_id, channel, ts, principal, shown)
          values (${install}, ${approval}, ${channel}, ${ts}, ${principal}, ${shown})
          on conflict (install_id, approval_id, channel, ts) do update set shown = excluded.shown`.execute(
          db,
        );
      },

      /** The one at this place; null for a message that is no card. */
      async at(channel: SlackChannel, ts: SlackTs) {
        const found = await sql`select approval_id, channel, ts, principal, shown from approval_card
          where install_id = ${install} and channel = ${channel} and ts = ${ts}`.execute(db);
        if (found.rows[0] === undefined) return null;
        const { approval_id: approval, ...card } = PlacedRow.parse(found.rows[0]);
        return { approval, ...card };
      },

      /** It is gone from Slack. */
      async forget(
        approval: ApprovalId,
        { channel, ts }: Pick<ApprovalCard, 'channel' | 'ts'>,
      ): Promise<void> {
        await sql`delete from approval_card where install_id = ${install} and approval_id = ${approval}
          and channel = ${channel} and ts = ${ts}`.execute(db);
      },
    },

    asked: {
      /** Those of them who were not asked before, in their order. */
      async add({ approval, round, step }: AskedStep, people: readonly PrincipalId[]) {
        const made = await sql<{ principal: string }>`insert into approval_asked
            (install_id, approval_id, round, step, principal)
          select ${install}, ${approval}, ${round}, ${step}, p from unnest(${[...people]}::uuid[]) as t(p)
          on conflict do nothing returning principal`.execute(db);
        const isNew = new Set(made.rows.map((row) => row.principal));
        return people.filter((one) => isNew.has(one));
      },

      async of({ approval, round, step }: AskedStep) {
        const found = await sql`select principal, asked_at, reminders from approval_asked
          where install_id = ${install} and approval_id = ${approval} and round = ${round} and step = ${step}
          order by principal`.execute(db);
        return found.rows.map((row) => {
          const { principal, asked_at: askedAt, reminders } = AskedRow.parse(row);
          return { principal, askedAt, reminders };
        });
      },

      /** They are not asked any more. */
      async drop({ approval, round, step }: AskedStep, people: readonly PrincipalId[]): Promise<void> {
        await sql`delete from approval_asked where install_id = ${install} and approval_id = ${approval}
          and round = ${round} and step = ${step} and principal = any(${[...people]}::uuid[])`.execute(db);
      },

      async reminded({ approval, round, step }: AskedStep): Promise<void> {
        await sql`update approval_asked set reminders = reminders + 1 where install_id = ${install}
          and approval_id = ${approval} and round = ${round} and step = ${step}`.execute(db);
      },
    },

    /** Delegations for absences, whatever is asked meanwhile. */
    delegations: {
      async standing(): Promise<readonly Delegation[]> {
        const found = await sql`select from_principal as from, to_principal as to,
            round(extract(epoch from since) * 1000)::int8 as since, round(extract(epoch from until) * 1000)::int8 as until
          from approval_delegation where install_id = ${install} and approval_id is null
            and until > deskbridge_now() order by since, id`.execute(db);
        return found.rows.map((row) => Delegation.parse(row));
      },

      /** Ends what somebody set up for his absences; answers what that was. */
      async end(person: PrincipalId): Promise<readonly Delegation[]> {
        const own = (await this.standing()).filter(({ from }) => from === person);
        // One that has not begun never was.
        await sql`delete from approval_delegation where install_id = ${install} and approval_id is null
          and from_principal = ${person} and since >= deskbridge_now()`.execute(db);
        await sql`update approval_delegation set until = deskbridge_now() where install_id = ${install}
          and approval_id is null and from_principal = ${person} and until > deskbridge_now()`.execute(db);
        return own;
      },

      async add({ from, to, since, until }: Delegation): Promise<void> {
        await sql`insert into approval_delegation (install_id, id, from_principal, to_principal, since, until)
          values (${install}, ${uuidv7()}, ${from}, ${to}, ${new Date(since)}, ${new Date(until)})`.execute(
          db,
        );
      },
    },
  };
}
