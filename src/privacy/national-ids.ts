/** A national number with check digits, and whether they hold; spaces, dots and hyphens are gone by then. */
interface NationalId {
  readonly country: string;
  readonly pattern: RegExp;
  holds(value: string): boolean;
}

const weighted = (value: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(value[index]), 0);

function isDate(day: number, month: number): boolean {
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

const two = (value: string, at: number) => Number(value.slice(at, at + 2));

/** https://www.skatteetaten.no/en/person/national-registry/identitetsnummer/: two check digits over eleven. */
function norwegian(value: string): boolean {
  const day = two(value, 0) > 40 ? two(value, 0) - 40 : two(value, 0);
  const month = two(value, 2) > 40 ? two(value, 2) - 40 : two(value, 2);
  return (
    isDate(day, month) &&
    weighted(value, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/** PESEL (https://www.gov.pl/web/gov/czym-jest-numer-pesel): the century stands in the month. */
function polish(value: string): boolean {
  return (
    isDate(two(value, 4), two(value, 2) % 20) && weighted(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

/** Rijksregisternummer: 97 minus the rest of the first nine digits, with a 2 before them for those born since 2000. */
function belgian(value: string): boolean {
  const [body, check] = [value.slice(0, 9), Number(value.slice(9))];
  return [body, `2${body}`].some((digits) => 97 - (Number(digits) % 97) === check);
}

/** NIR (https://www.insee.fr/en/metadonnees/definition/c1409): 97 minus the rest of thirteen digits, Corsica as 19 and 18. */
function french(value: string): boolean {
  const digits = value.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(digits) % 97n) === Number(value.slice(13));
}

const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY';
function finnish(value: string): boolean {
  const digits = value.replaceAll(/\D/g, '').slice(0, 9);
  return isDate(two(value, 0), two(value, 2)) && FINNISH[Number(digits) % 31] === value.at(-1);
}

/** Personnummer (https://www.skatteverket.se/privat/folkbokforing/personnummer): Luhn over the last ten digits. */
function swedish(value: string): boolean {
  const digits = value.replaceAll(/\D/g, '').slice(-10);
  const day = two(digits, 4) > 60 ? two(digits, 4) - 60 : two(digits, 4);
  let sum = 0;
  for (const [index, char] of [...digits].entries()) {
    const n = Number(char) * (index % 2 === 0 ? 2 : 1);
    sum += n > 9 ? n - 9 : n;
  }
  return isDate(day, two(digits, 2)) && sum % 10 === 0;
}

/** CPF: two check digits. */
function brazilian(value: string): boolean {
  if (/^(\d)\1+$/.test(value)) return false;
  const check = (length: number) => {
    const weights = Array.from({ length }, (_, index) => length + 1 - index);
    return ((weighted(value, weights) * 10) % 11) % 10;
  };
  return check(9) === Number(value[9]) && check(10) === Number(value[10]);
}

/** DNI and NIE: the letter is the rest by 23. */
function spanish(value: string): boolean {
  const head = value[0] ?? '';
  const letter = 'XYZ'.indexOf(head);
  const digits = letter < 0 ? value.slice(0, 8) : `${letter}${value.slice(1, 8)}`;
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === value.at(-1);
}

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/** Codice fiscale (decree of 23 December 1976): the last letter is a sum over the other fifteen signs. */
function italian(value: string): boolean {
  let sum = 0;
  for (const [index, char] of [...value.slice(0, 15)].entries()) {
    const n = Number.parseInt(char, 36);
    const order = n > 9 ? n - 10 : n;
    sum += index % 2 === 0 ? (ODD[order] ?? 0) : order;
  }
  return String.fromCharCode(65 + (sum % 26)) === value[15];
}

const alone = (source: string) => new RegExp(`(?<![\\p{L}\\d])${source}(?![\\p{L}\\d])`, 'giu');

/** Those whose check digits make a find sure; numbers without any, such as the SSN, are for patterns of the owner. */
export const NATIONAL_IDS: readonly NationalId[] = [
  { country: 'NO', pattern: alone('\\d{6} ?\\d{5}'), holds: norwegian },
  { country: 'PL', pattern: alone('\\d{11}'), holds: polish },
  { country: 'BE', pattern: alone('\\d{2}\\.\\d{2}\\.\\d{2}[- ]\\d{3}[.-]\\d{2}'), holds: belgian },
  {
    country: 'FR',
    pattern: alone('[12] ?\\d{2} ?\\d{2} ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}'),
    holds: french,
  },
  { country: 'FI', pattern: alone('\\d{6}[-+A-FU-Y]\\d{3}[0-9A-Z]'), holds: finnish },
  { country: 'SE', pattern: alone('(?:\\d{2})?\\d{6}[-+]\\d{4}'), holds: swedish },
  { country: 'BR', pattern: alone('\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}'), holds: brazilian },
  { country: 'ES', pattern: alone('(?:\\d{8}|[XYZ]\\d{7})-?[A-Z]'), holds: spanish },
  {
    country: 'IT',
    pattern: alone('[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]'),
    holds: italian,
  },
];
