import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import { JsonObject } from './message-store.ts';
import { randomId } from './random-id.ts';

export const StoredView = z.object({
  id: z.string(),
  userId: z.string(),
  kind: z.enum(['modal', 'home']),
  rootId: z.string(),
  previousId: z.string().nullable(),
  /** The view as the app sent it, blocks with their ids filled in. */
  definition: JsonObject,
  hash: z.string(),
  /** Errors of the last submission by block id. */
  errors: z.record(z.string(), z.string()),
});
export type StoredView = z.infer<typeof StoredView>;

/** Open modals, a stack of at most three per person, and one published Home per person. */
export interface ViewStore {
  /** Starts a new stack; what the person had open goes away. */
  open(userId: string, definition: JsonObject): StoredView;
  /** Null when three views are open already (push_limit_reached). */
  push(on: StoredView, definition: JsonObject): StoredView | null;
  replace(id: string, definition: JsonObject): StoredView | null;
  publish(userId: string, definition: JsonObject): StoredView;
  setErrors(id: string, errors: Readonly<Record<string, string>>): void;
  get(id: string): StoredView | null;
  byExternalId(externalId: string): StoredView | null;
  /** Bottom to top. */
  stack(userId: string): StoredView[];
  home(userId: string): StoredView | null;
  /** Closes one view and what lies on it. */
  close(id: string): void;
  clear(userId: string): void;
  dump(): StoredView[];
  load(views: readonly StoredView[]): void;
}

const STACK_LIMIT = 3;

export function createViewStore(clock: SandboxClock): ViewStore {
  const views = new Map<string, StoredView>();
  const hash = () => `${Math.floor(clock.now().getTime() / 1000)}.${randomId('', 8)}`;
  const all = () => [...views.values()];
  const stack = (userId: string) => all().filter((view) => view.userId === userId && view.kind === 'modal');

  function add(view: Omit<StoredView, 'hash' | 'errors'>): StoredView {
    const stored = { ...view, hash: hash(), errors: {} };
    views.set(stored.id, stored);
    return stored;
  }

  function clear(userId: string): void {
    for (const view of stack(userId)) views.delete(view.id);
  }

  return {
    open(userId, definition) {
      clear(userId);
      const id = randomId('V');
      return add({ id, userId, kind: 'modal', rootId: id, previousId: null, definition });
    },
    push(on, definition) {
      if (stack(on.userId).length >= STACK_LIMIT) return null;
      const { userId, rootId } = on;
      return add({ id: randomId('V'), userId, kind: 'modal', rootId, previousId: on.id, definition });
    },
    replace(id, definition) {
      const view = views.get(id);
      return view === undefined ? null : add({ ...view, definition });
    },
    publish(userId, definition) {
      const id = all().find((view) => view.userId === userId && view.kind === 'home')?.id ?? randomId('V');
      return add({ id, userId, kind: 'home', rootId: id, previousId: null, definition });
    },
    setErrors(id, errors) {
      const view = views.get(id);
      if (view !== undefined) views.set(id, { ...view, errors: { ...errors } });
    },
    get: (id) => views.get(id) ?? null,
    byExternalId: (externalId) => all().find((view) => view.definition['external_id'] === externalId) ?? null,
    stack,
    home: (userId) => all().find((view) => view.userId === userId && view.kind === 'home') ?? null,
    close(id) {
      const view = views.get(id);
      if (view === undefined) return;
      const open = stack(view.userId);
      for (const above of open.slice(open.findIndex((each) => each.id === id))) views.delete(above.id);
    },
    clear,
    dump: all,
    load(stored) {
      views.clear();
      for (const view of stored) views.set(view.id, view);
    },
  };
}
