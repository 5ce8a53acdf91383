import { NATIONAL_IDS } from './national-ids.ts';
import type { Piece } from './said-secrets.ts';

/** Numbers that carry their own check digits, so that finding one is no accident. */

const CARD = 'a card number';
export const IBAN = 'a bank account number (IBAN)';
export const NATIONAL_ID = 'a national id number';

/** Up to one sign between two digits; the bounds keep it linear. */
const DIGITS = /(?<![\d.,])\d(?:[ \u00a0\u202f.–-]?\d){11,18}(?!\d)/g;

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The first digits and lengths of the card networks (ISO/IEC 7812): a device's IMEI has a Luhn digit, too. */
const NETWORKS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[689])/, [14]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65|62|60|81|82|508)/, [16, 17, 18, 19]],
  [/^(?:50|5[6-8]|6)/, [13, 16, 17, 18, 19]],
];

function cards(text: string): readonly Piece[] {
  return [...text.matchAll(DIGITS)].flatMap((match): Piece[] => {
    const digits = match[0].replaceAll(/\D/g, '');
    const isCard = NETWORKS.some(([head, lengths]) => lengths.includes(digits.length) && head.test(digits));
    if (!isCard || /^(\d)\1+$/.test(digits) || !luhn(digits)) return [];
    return [{ start: match.index, end: match.index + match[0].length, what: CARD }];
  });
}

/** Lengths by country: the SWIFT registry of IBAN formats (ISO 13616). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 ' +
    'MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 ' +
    'TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

function ibans(text: string): readonly Piece[] {
  return [...text.matchAll(IBAN_START)].flatMap((match): Piece[] => {
    const length = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
    const read = length === undefined ? null : takeLetters(text, match.index, length);
    if (read === null || mod97(`${read.value.slice(4)}${read.value.slice(0, 4)}`) !== 1) return [];
    return [{ start: match.index, end: read.end, what: IBAN }];
  });
}

/** Exactly so many letters and digits from here, with at most one space or hyphen between two of them. */
function takeLetters(
  text: string,
  start: number,
  length: number,
): { readonly value: string; readonly end: number } | null {
  let value = '';
  let at = start;
  while (value.length < length) {
    const char = text[at] ?? '';
    if (isLetter(char)) value += char;
    else if ((char !== ' ' && char !== '-' && char !== '\u00a0') || !isLetter(text[at + 1] ?? ''))
      return null;
    at += 1;
  }
  return isLetter(text[at] ?? '') ? null : { value: value.toUpperCase(), end: at };
}

function isLetter(char: string): boolean {
  return (char >= '0' && char <= '9') || (char >= 'A' && char <= 'Z') || (char >= 'a' && char <= 'z');
}

/** ISO 7064, letters counted from 10. */
function mod97(value: string): number {
  let rest = 0;
  for (const char of value) {
    const code = char.charCodeAt(0);
    const n = code > 57 ? code - 55 : code - 48;
    rest = (rest * (n > 9 ? 100 : 10) + n) % 97;
  }
  return rest;
}

function nationalIds(text: string): readonly Piece[] {
  return NATIONAL_IDS.flatMap(({ pattern, holds }) =>
    [...text.matchAll(pattern)].flatMap((match): Piece[] =>
      holds(match[0].replaceAll(/[ .-]/g, '').toUpperCase())
        ? [{ start: match.index, end: match.index + match[0].length, what: NATIONAL_ID }]
        : [],
    ),
  );
}

/** Card numbers, bank accounts and national ids whose check digits hold. */
export function checkedNumbers(text: string): readonly Piece[] {
  return /\d{2}/.test(text) ? [...cards(text), ...ibans(text), ...nationalIds(text)] : [];
}
