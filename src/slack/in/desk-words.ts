import type { Decision } from '../../model/approval.ts';

/** What somebody wants who typed words behind the command. */
export type DeskWords =
  /** The form, with these words in its first line. */
  | { readonly want: 'form'; readonly summary: string }
  | { readonly want: 'help' }
  /** Answered from the database, later and to him alone. */
  | { readonly want: 'mine' }
  /** `tag`: what the list is narrowed down to. */
  | { readonly want: 'pending'; readonly tag: string | null }
  | { readonly want: 'status'; readonly id: string }
  | { readonly want: 'status-of-what' }
  | { readonly want: 'decide'; readonly decision: Decision; readonly id: string }
  | { readonly want: 'decide-what' }
  /** Who decides for him while he is away. */
  | { readonly want: 'away' };

/** A ticket's key or number, or one of our own ids: letters, digits, hyphens, and a digit among them. */
const ID = /^(?=.*\d)[a-z0-9][a-z0-9_-]{1,63}$/i;

/** What a list is narrowed down to. */
const TAG = /^(?:domain|severity|source):[^:\s]{1,60}$|^blocks-a-person$/i;

/**
 * Reads the words behind the command. A word that means something means it only where nothing else is said: whoever types
 * "status of my laptop order" asks for something, and gets the form.
 */
export function readDeskWords(words: string): DeskWords {
  const [first = '', ...rest] = words.split(/\s+/).filter((word) => word !== '');
  const [id, ...more] = rest;
  const form = { want: 'form', summary: words } as const;
  switch (first.toLowerCase()) {
    case 'new':
    case 'ask':
      return { want: 'form', summary: words.slice(words.indexOf(first) + first.length).trim() };
    case 'help':
      return id === undefined ? { want: 'help' } : form;
    case 'mine':
      return id === undefined ? { want: 'mine' } : form;
    case 'pending':
      if (id === undefined) return { want: 'pending', tag: null };
      return more.length === 0 && TAG.test(id) ? { want: 'pending', tag: id.toLowerCase() } : form;
    case 'away':
      return id === undefined ? { want: 'away' } : form;
    case 'status':
      if (id === undefined) return { want: 'status-of-what' };
      return more.length === 0 && ID.test(id) ? { want: 'status', id } : form;
    case 'approve':
    case 'deny':
      if (id === undefined) return { want: 'decide-what' };
      return ID.test(id) ? { want: 'decide', decision: decisionOf(first), id } : form;
    default:
      return form;
  }
}

const decisionOf = (word: string): Decision => (word.toLowerCase() === 'deny' ? 'deny' : 'approve');
