/** Of a message that made us fail, for people. */
export const WHY_APART =
  'Deskbridge failed at this message. It is kept and tried again every hour and at every start; whoever runs Deskbridge finds the reason in its log.';
