import { ok } from '../../model/outcome.ts';
import type { HookRegistration } from '../capabilities.ts';
import type { AppWebhooks } from './app-webhooks.ts';
import { ownWebhook, type WantedWebhook, webhookFaults } from './webhooks.ts';

const DAY_MS = 86_400_000;
/** Of its thirty days. */
const RENEW_DAYS = 10;
/** While Jira is only away, nobody has to be told before. */
const ALARM_DAYS = 5;

const HOW =
  'Hooks do not come; polls find the changes. "deskbridge jira webhook install" registers it again.';

/** Looks after the webhook that the app registered. */
export function createHookRegistration(webhooks: AppWebhooks, wanted: WantedWebhook): HookRegistration {
  return {
    async keep(now) {
      const found = await webhooks.list();
      if (found.kind === 'retry') return found;
      if (found.kind === 'rejected')
        return ok({ renewed: false, trouble: { kind: 'unseen', text: `${found.reason}.` } });
      const old = ownWebhook(found.value, wanted);
      if (old === null)
        return ok({
          renewed: false,
          trouble: { kind: 'missing', text: `There is no webhook for ${wanted.url}. ${HOW}` },
        });
      const leftMs = old.expiresAt === null ? 0 : old.expiresAt.getTime() - now.getTime();
      if (leftMs >= RENEW_DAYS * DAY_MS) return ok({ renewed: false, trouble: wrong(found.value) });
      const done = await webhooks.renew();
      if (done.kind === 'retry' && leftMs > ALARM_DAYS * DAY_MS) return done;
      // What Jira does not know (any more) it leaves out without a word, so it is looked at again.
      const after = done.kind === 'ok' ? await webhooks.list() : done;
      const own = after.kind === 'ok' ? ownWebhook(after.value, wanted) : null;
      const until = own?.expiresAt ?? null;
      const isRenewed = own !== null && (until === null || until.getTime() - now.getTime() > leftMs);
      if (isRenewed && after.kind === 'ok') return ok({ renewed: true, trouble: wrong(after.value) });
      const why = after.kind === 'ok' ? 'Jira said yes and did not prolong it' : after.reason;
      const end = old.expiresAt?.toISOString().slice(0, 10) ?? 'soon';
      return ok({
        renewed: false,
        trouble: { kind: 'ending', text: `It ends on ${end} and could not be prolonged: ${why}.` },
      });

      function wrong(all: Parameters<typeof webhookFaults>[0]) {
        const faults = webhookFaults(all, wanted, now);
        return faults.length === 0 ? null : { kind: 'wrong' as const, text: `${faults.join(' ')} ${HOW}` };
      }
    },
  };
}
