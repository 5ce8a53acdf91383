import type { Connector } from '../connectors/connector.ts';
import type { DeskForm } from '../model/form.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../model/metrics.ts';
import { type Outcome, rejected } from '../model/outcome.ts';
import { NO_FORMS } from '../texts/vendor-forms.ts';
import { type AskedForm, askedForm } from './asked-form.ts';
import { type FormRules, formTarget } from './offered-forms.ts';
import type { Rules } from './world.ts';

const READ_TIMEOUT_MS = 15_000;

export type ShelfRules = Pick<Rules, 'routing' | 'queues'> & {
  readonly forms: ReadonlyMap<string, FormRules>;
};

export interface ShelfParts {
  readonly rules: ShelfRules;
  readonly connectors: ReadonlyMap<ConnectorId, Connector>;
  readonly io: Io;
  readonly metrics: Metrics;
  readonly log: Log;
}

/**
 * The forms as they can be opened at this moment: whoever opens one waits for nobody, so what the ticket systems ask was
 * read before. Lives in memory: each process that opens forms reads them itself.
 */
export interface FormShelf {
  list(): readonly DeskForm[];
  /** Reads the questions of one anew; what was known stays when they cannot be read. */
  renew(name: string): Promise<void>;
  /** Reads all of them now and every `everyMs`; answers what ends it. */
  start(everyMs: number): () => Promise<void>;
}

/** The form as the ticket system has it now; null for one of which all questions are the owner's own. */
export async function readAskedForm(
  { rules, connectors, io }: Pick<ShelfParts, 'rules' | 'connectors' | 'io'>,
  name: string,
): Promise<Outcome<AskedForm> | null> {
  const known = rules.forms.get(name);
  if (known === undefined || known.from === null) return null;
  const { from, form } = known;
  const made = formTarget(rules, name);
  const catalog = made === null ? undefined : connectors.get(made.connector)?.can.catalog;
  if (made === null || catalog === undefined) return rejected('invalid', NO_FORMS(from.queue));
  const read = await io.run('forms.read', { timeoutMs: READ_TIMEOUT_MS }, () => catalog.form(made.target));
  return read.kind === 'ok' ? { ...read, value: askedForm(form, from, read.value) } : read;
}

export function createFormShelf(parts: ShelfParts): FormShelf {
  const { rules, metrics, log } = parts;
  const known = new Map<string, DeskForm>();
  const reading = new Map<string, Promise<void>>();

  async function read(name: string): Promise<void> {
    const asked = await readAskedForm(parts, name);
    if (asked === null) return;
    metrics.count('deskbridge_forms_read', { result: asked.kind });
    if (asked.kind === 'ok') known.set(name, asked.value.form);
    else log.warn({ form: name, reason: asked.reason }, 'The questions of a form could not be read');
  }

  /** One reading of a form at a time. */
  function renew(name: string): Promise<void> {
    const running = reading.get(name);
    if (running !== undefined) return running;
    const started = read(name)
      .catch((error: unknown) => log.error({ form: name, error: String(error) }, 'A form made us fail'))
      .finally(() => reading.delete(name));
    reading.set(name, started);
    return started;
  }

  const all = () => Promise.all([...rules.forms.keys()].map(renew));
  return {
    list: () =>
      [...rules.forms].map(([name, { form, from }]) =>
        from === null ? form : (known.get(name) ?? { ...form, without: 'unread' }),
      ),
    renew,
    start(everyMs) {
      void all();
      const timer = setInterval(() => void all(), everyMs);
      return async () => {
        clearInterval(timer);
        await Promise.all(reading.values());
      };
    },
  };
}
