/** On the page after a sign-in that was refused because its person may do nothing any more. */
export const DEACTIVATED =
  'You are marked as inactive in your company’s directory, so nothing was connected. Whoever runs Deskbridge can change that';

/** On the same page: one account belongs to one person. */
export const OTHER_PERSONS_ACCOUNT =
  'This account belongs to somebody else here, or you are connected with another one. Nothing was changed. ' +
  'Sign in with your own account, or ask whoever runs Deskbridge to unlink the other one';
