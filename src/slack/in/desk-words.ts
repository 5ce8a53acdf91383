/** What somebody wants who typed words behind the command. */
export type DeskWords =
  /** The form, with these words in its first line. */
  | { readonly want: 'form'; readonly summary: string }
  | { readonly want: 'help' }
  /** Answered from the database, later and to him alone. */
  | { readonly want: 'mine' | 'pending' }
  | { readonly want: 'status'; readonly id: string }
  | { readonly want: 'status-of-what' }
  /** `id` null: he did not say of what. */
  | { readonly want: 'decide'; readonly id: string | null };

/** A ticket's key or number, or one of our own ids: letters, digits, hyphens, and a digit among them. */
const ID = /^(?=.*\d)[a-z0-9][a-z0-9_-]{1,63}$/i;

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
      return id === undefined ? { want: 'pending' } : form;
    case 'status':
      if (id === undefined) return { want: 'status-of-what' };
      return more.length === 0 && ID.test(id) ? { want: 'status', id } : form;
    case 'approve':
    case 'deny':
      if (id === undefined) return { want: 'decide', id: null };
      return ID.test(id) ? { want: 'decide', id } : form;
    default:
      return form;
  }
}
