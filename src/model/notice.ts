/** How somebody wants to hear of what he did not ask for at this moment. */
export const NOTICE_CHOICES = ['all', 'digest', 'silent'] as const;
export type NoticeChoice = (typeof NOTICE_CHOICES)[number];

/** `watched`: of a request that he watches. `answer`: a ticket of his has an answer. `approval`: he is asked to decide. */
export type News = 'watched' | 'answer' | 'approval';

/** `later`: with the others, once a day. */
type NoticeWay = 'now' | 'later' | 'never';

/** Nobody can mute that he is asked to decide: others wait for him. What he gets for a press of his own is no news. */
export function noticeWay(choice: NoticeChoice, news: News): NoticeWay {
  if (choice === 'all' || news === 'approval') return 'now';
  return choice === 'digest' ? 'later' : 'never';
}
