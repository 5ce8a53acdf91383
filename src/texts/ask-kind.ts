/** What is asked when neither a rule nor the classifier knows where a request belongs. */
export const WHAT_IS_IT =
  'I am not sure who should get this. What is it about? If you do not say within a minute, the general queue gets it.';

export const SOMETHING_ELSE = 'Something else';

export const NOT_YOURS_TO_SAY =
  'Only the person who asked, or somebody of the help desk, can say what this is about.';

export const thanksText = (queue: string) => `Thank you. It goes to ${queue}.`;

/** The ticket was opened before he chose. */
export const tooLateText = (key: string | null) =>
  `Thank you. The ticket${key === null ? '' : ` ${key}`} is already on its way, so an agent moves it if it belongs elsewhere; I told them what you chose.`;

/** For the agents of a ticket that was opened before somebody chose. */
export const choseNote = (queue: string) =>
  `The person who asked says that this belongs to ${queue}. Move it there if you agree.`;
