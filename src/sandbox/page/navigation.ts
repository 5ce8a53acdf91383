import { createContext, useContext } from 'react';
import type { ThreadAt } from './threads.ts';

/** What a text of the page can lead to, and the names that it mentions. */
export interface Navigation {
  readonly ticketKeys: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, string>;
  openTicket(key: string): void;
  openThread(at: ThreadAt): void;
}

export const NavigationContext = createContext<Navigation>({
  ticketKeys: new Set(),
  names: new Map(),
  openTicket() {},
  openThread() {},
});

export const useNavigation = () => useContext(NavigationContext);
