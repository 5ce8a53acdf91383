import { createHmac, randomUUID } from 'node:crypto';

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly body: string;
}

/**
 * GitHub's deliveries: signed twice, within ten seconds or not at all, and never sent again by itself.
 * https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries
 */
export function createHooks(secret: string) {
  let url: string | null = null;
  let losing = 0;
  let failed: Delivery[] = [];
  const underWay = new Set<Promise<void>>();

  function headersOf({ id, event, body }: Delivery) {
    const sign = (kind: string) => `${kind}=${createHmac(kind, secret).update(body).digest('hex')}`;
    return {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/sandbox',
      'x-github-delivery': id,
      'x-github-event': event,
      'x-hub-signature': sign('sha1'),
      'x-hub-signature-256': sign('sha256'),
    };
  }

  async function deliver(delivery: Delivery): Promise<void> {
    if (url === null) return;
    const [headers, { body }] = [headersOf(delivery), delivery];
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => null);
    if (answer === null || !answer.ok) failed.push(delivery);
  }

  function start(delivery: Delivery): void {
    const sending = deliver(delivery).finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    setUrl(to: string) {
      url = to;
    },
    send(event: string, payload: object) {
      if (losing > 0) losing -= 1;
      else start({ id: randomUUID(), event, body: JSON.stringify(payload) });
    },
    /** One delivery, as it would arrive. */
    signed(event: string, payload: object) {
      const delivery = { id: randomUUID(), event, body: JSON.stringify(payload) };
      return { headers: headersOf(delivery), body: new TextEncoder().encode(delivery.body) };
    },
    lose(times: number) {
      losing = times;
    },
    settled,
    /** What an administrator does: "Redeliver". The delivery keeps its id. */
    async redeliver() {
      await settled();
      const again = failed;
      failed = [];
      for (const delivery of again) start(delivery);
      await settled();
    },
  };
}
