/** On the small card below a link. */
export const NOT_ASSIGNED = 'Not assigned yet';
