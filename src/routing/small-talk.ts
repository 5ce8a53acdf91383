import { wordsOf } from './phrases.ts';

/** More words than this are no mere greeting. */
const LONGEST = 12;

/** What people say to be polite, each as folded words. A message that holds nothing else asks for nothing. */
const POLITE = `
  hi, hii, hello, hey, hiya, howdy, yo, greetings, good morning, good afternoon, good evening, good day, good
  night, morning, afternoon, evening, gm, happy friday, happy monday, happy new year, merry christmas, happy
  holidays, have a nice day, have a good day, have a great day, have a nice weekend, have a good weekend, have a
  great weekend, enjoy your weekend, bye, goodbye, see you, cheers, thanks, thank you, thank you so much, thank
  you very much, thanks a lot, thanks so much, thanks a million, many thanks, thx, ty, tysm, much appreciated,
  appreciate it, welcome, you are welcome, youre welcome, no problem, no worries, got it, great, perfect, awesome,
  nice, cool, ok, okay, congrats, congratulations, well done, great job, how are you, how are you doing, hope you
  are well, hallo, halloechen, hallöchen, moin, moin moin, servus, grüezi, grüß gott, grüß dich, grüße, gruezi,
  guten morgen, guten tag, guten abend, gute nacht, mahlzeit, morgen, tag, tach, danke, danke schön, dankeschön,
  danke sehr, vielen dank, herzlichen dank, besten dank, tausend dank, bitte schön, gern geschehen, kein problem,
  schönes wochenende, schönen feierabend, schönen tag, schönen tag noch, schönen abend, frohes neues jahr, frohe
  weihnachten, frohe ostern, tschüss, ciao, bis morgen, viele grüße, liebe grüße, alles klar, super, prima, wie
  gehts, wie geht es euch, bonjour, bonsoir, salut, coucou, merci, merci beaucoup, bonne journée, bon week end, au
  revoir, hola, buenos días, buenas tardes, buenas noches, buenas, gracias, muchas gracias, de nada, adiós, olá,
  oi, bom dia, boa tarde, boa noite, obrigado, obrigada, muito obrigado, muito obrigada, buongiorno, buonasera,
  salve, grazie, grazie mille, prego, hoi, goedemorgen, goedemiddag, goedenavond, dank je, dank je wel, dankjewel,
  dank u, bedankt, hartelijk dank, fijn weekend, cześć, dzień dobry, dobry wieczór, dziękuję, dzięki, hej, hei,
  god morgen, god morgon, tack, tack så mycket, takk, tusen takk, tak, mange tak, kiitos
`
  .split(',')
  .map((phrase) => wordsOf(phrase));

/** Whom it is said to, and what joins two such phrases; alone they say nothing either way. */
const BESIDE: ReadonlySet<string> = new Set(
  wordsOf(`
    all everyone everybody team folks guys there friends colleagues desk helpdesk it and to you for your the this
    that again so very much in advance really zusammen alle allen allerseits leute kollegen kolleginnen an und euch
    dir ihnen fürs für im voraus schon mal nochmal nochmals liebes liebe tous toutes à et équipe l todos todas a
    equipo y tutti pessoal e iedereen allemaal en wszystkim alla
  `),
);

const BY_FIRST = Map.groupBy(POLITE, ([first]) => first);

/**
 * Is this nothing but a greeting, thanks or a farewell? Every word has to belong to one, so that whoever also says what he
 * needs is never kept from it. Emoji and signs count for nothing; a message of them alone asks for nothing either.
 */
export function isSmallTalk(text: string): boolean {
  const said = text.replaceAll(/<[^<>]*>|:[a-z0-9_+'-]+:/gi, ' ').replaceAll(/@[\p{L}\p{N}._-]+/gu, ' ');
  if (said.includes('?')) return false;
  const words = wordsOf(said);
  if (words.length === 0) return text.trim() !== '' && !/\p{N}/u.test(said);
  if (words.length > LONGEST) return false;
  let polite = false;
  for (let at = 0; at < words.length; ) {
    const phrase = longestAt(words, at);
    polite ||= phrase > 0;
    if (phrase === 0 && !BESIDE.has(words[at] ?? '')) return false;
    at += Math.max(1, phrase);
  }
  return polite;
}

/** Words of the longest polite phrase that begins here; 0 when none does. */
function longestAt(words: readonly string[], at: number): number {
  const fitting = (BY_FIRST.get(words[at]) ?? []).filter((phrase) =>
    phrase.every((word, index) => words[at + index] === word),
  );
  return Math.max(0, ...fitting.map((phrase) => phrase.length));
}
