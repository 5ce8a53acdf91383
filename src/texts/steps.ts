/** What the maker of a workflow reads when its step fails. */

export const stepUnreadable =
  'The step needs a requester (a person) and a summary (text). Nothing was opened; correct the step in Workflow Builder.';

export const stepTooLate =
  'The request was opened, but its ticket could not be made within a day. Whoever runs Deskbridge can see why.';

export const stepRefused =
  'The request could not be opened: its message is gone or hidden from the app, or the requester may not ask there. Nothing was opened.';
