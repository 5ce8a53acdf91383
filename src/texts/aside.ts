/** What stands in the agents' own channel above what they say of a request among themselves. */

export const NEW_REQUEST = 'New request';
export const internalThread = (name: string, summary: string) =>
  `${name}: ${summary}\nWhat you write below becomes internal notes of the ticket.`;
