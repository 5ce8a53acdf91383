import type { JiraActs } from './acts.ts';
import type { JiraHooks } from './hooks.ts';
import type { JiraUser } from './seed.ts';
import type { JiraIssue } from './state.ts';

/** What a site can be like for a while. */
export interface JiraWeather {
  /** Somebody else's change of the issue is under way: until it ends, transitions are a conflict. */
  setBusy(ticketId: string, isBusy: boolean): void;
  /** Refusals come without a body, as the vendor documents most of them. */
  setTerse(isTerse: boolean): void;
  /** An administrator changes the priority of many issues at once. */
  changeInBulk(ticketIds: readonly string[], priority: string): void;
}

export interface WeatherParts {
  readonly acts: JiraActs;
  readonly hooks: JiraHooks;
  readonly administrator: JiraUser;
  /** Throws when there is no such issue. */
  readonly known: (ticketId: string) => JiraIssue;
}

/** The weather beside what it does: whether an issue is busy, whether answers are terse. */
export function createJiraWeather() {
  const busy = new Set<string>();
  let isTerse = false;
  return {
    isBusy: (issue: JiraIssue) => busy.has(issue.id),
    isTerse: () => isTerse,
    acts: ({ acts, hooks, administrator, known }: WeatherParts): JiraWeather => ({
      setBusy(ticketId, isBusy) {
        const { id } = known(ticketId);
        if (isBusy) busy.add(id);
        else busy.delete(id);
      },
      setTerse(next) {
        isTerse = next;
      },
      changeInBulk(ticketIds, priority) {
        hooks.inBulk(() => {
          for (const id of ticketIds) acts.edit(administrator, known(id), { priority });
        });
      },
    }),
  };
}
