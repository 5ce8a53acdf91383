/** A piece of a text, by its offsets. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

const PASSWORD_WORDS =
  'pass[ _-]?(?:word|code|phrase|wd)|pwd|pw|pin(?:[ -]?code)?|kennwort|passwort|mot de passe|contrase(?:ñ|n)a|wachtwoord|senha|lösenord|has[łl]o|пароль|パスワード|密码';
const KEY_WORDS =
  '(?:api|access|secret|private|signing|encryption|account|shared|service|auth)[ _-]?key(?:[ _-]?id)?|client[ _-]?secret|secret(?:[ _-]?access[ _-]?key)?|(?:access|refresh|auth|api|bearer|bot|personal|session|id)?[ _-]?token|credentials?|otp|one[ -]time (?:code|password)|(?:recovery|backup|verification|2fa|mfa) codes?';

/** What stands between the word and the value: `is`, `:`, `=`, an arrow; also `"password": "…"` and `PASSWORD => …`. */
const SIGN = '["\'`]?\\s{0,3}(?::=|=>|->|→|[:=：＝])\\s{0,5}';
const VERB = '\\s{1,3}(?:is now|is|was|ist|lautet|est|es|é|är|to|=)\\s{0,2}:?\\s{1,5}';
const VALUE = '(["\'`“”‘’«»]?)([^\\s"\'`“”‘’«»]{3,200})';

/** The word may be the end of a longer name, such as DB_PASSWORD, and go on a little, such as password_prod. */
const said = (words: string, between: string) =>
  new RegExp(`(?<![\\p{L}])(?:${words})[\\w.-]{0,20}(?:${between})${VALUE}`, 'giu');
const inName = (words: string) => new RegExp(`_(?:${words})\\w{0,20}(?:${SIGN})${VALUE}`, 'giu');

const PATTERNS: readonly { readonly what: string; readonly sure: boolean; readonly pattern: RegExp }[] = [
  { what: 'a password', sure: true, pattern: said(PASSWORD_WORDS, SIGN) },
  { what: 'a password', sure: true, pattern: inName(PASSWORD_WORDS) },
  { what: 'a password', sure: false, pattern: said(PASSWORD_WORDS, VERB) },
  { what: 'an access key or token', sure: true, pattern: said(KEY_WORDS, SIGN) },
  { what: 'an access key or token', sure: true, pattern: inName(KEY_WORDS) },
  { what: 'an access key or token', sure: false, pattern: said(KEY_WORDS, VERB) },
];

/** What people say of a password without saying it. */
const ORDINARY = new Set(
  `a able about actually again all almost already also always and another any as at bad because been before being
  blank broken but by cannot correct different down due empty enough false fine for from gone good has have here his her
  i if in incorrect invalid it its just known late like lost missing mine my n/a needed never new no none not now null
  ok okay old on one only or our out over please possible probably ready required reset right same save secure short
  simple so some something sometimes still stuck temporary that the their then there they this to today tomorrow too true
  undefined unknown unclear unsafe until up useless valid very wait was weak what when where which who why with wrong yes yet you
  your abgelaufen falsch nicht weg vergessen expiré faux oublié perdu`.split(/\s+/),
);
const LOOKS_ORDINARY = /^\p{Ll}+(?:ing|ed|ly|less|able|n['’]t)$/u;

/** Passwords and keys that somebody tells in words: "my password is …", `API_KEY=…`. */
export function saidSecrets(text: string): readonly Piece[] {
  return PATTERNS.flatMap(({ what, sure, pattern }) =>
    [...text.matchAll(pattern)].flatMap((match): Piece[] => {
      const [all, quote = '', raw = ''] = match;
      const value = raw.replace(/(?<![.,;:!?)\]}>])[.,;:!?)\]}>]+$/u, '');
      const start = match.index + all.length - raw.length;
      const next = text.slice(start + value.length, start + value.length + 12);
      const isSecret = quote !== '' || (sure ? isValue(value) : isSaidValue(value, { what, next }));
      // What was cut off may belong to it: a password likes to end in "!".
      const whole = isPlain(value) ? value : raw.replace(/(?<![,;)\]}>])[,;)\]}>]+$/u, '');
      return isSecret && value !== '' ? [{ start, end: start + whole.length, what }] : [];
    }),
  );
}

/** Letters of one case only: it may be any word. */
const isPlain = (value: string) => /^\p{Ll}+$|^\p{Lu}?\p{Ll}+$|^\p{Lu}+$/u.test(value);
const isOrdinary = (value: string) =>
  ORDINARY.has(value.toLowerCase()) || LOOKS_ORDINARY.test(value.toLowerCase());

/** After a sign nearly everything is the value; `password: reset needed` is none. */
function isValue(value: string): boolean {
  return (
    value.length >= 3 && !(isPlain(value) && isOrdinary(value)) && !/^(?:\*+|x{3,}|<.*|\.{2,})$/iu.test(value)
  );
}

/** After a verb a plain word counts only when the sentence ends with it: "my password is hunter". */
function isSaidValue(
  value: string,
  { what, next }: { readonly what: string; readonly next: string },
): boolean {
  if (!isValue(value)) return false;
  if (!isPlain(value)) return what === 'a password' || (value.length >= 6 && /\d/.test(value));
  return (
    what === 'a password' &&
    value.length >= 4 &&
    /^(?:[.,;:!?)]|\s*$|\s*\n| (?:and|but|please|can|could)\b)/u.test(next)
  );
}
