import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSmallTalk } from '../../src/routing/small-talk.ts';

const POLITE = `
  hi
  Hi!
  hi all
  Hello team
  good morning team
  Good Morning everyone :sunny:
  hey there 👋
  thanks!
  Thank you so much for that
  thanks a lot, everyone
  ok thanks
  Perfect, thank you!
  many thanks in advance
  have a nice weekend all
  you’re welcome
  thx
  :wave:
  👍
  Hi @Dana
  no worries
  happy friday folks
  Hallo
  hallo zusammen
  Guten Morgen zusammen!
  moin moin
  Moin an alle
  Danke!
  danke euch
  Vielen Dank
  Danke schön und schönes Wochenende
  Servus
  Grüezi
  Schönen Feierabend allerseits
  GRÜSS GOTT
  alles klar, danke dir
  besten Dank im Voraus
  Bonjour à tous
  merci beaucoup
  Hola a todos
  muchas gracias
  Bom dia pessoal
  grazie mille
  dank je wel
  dzień dobry
  tack så mycket
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');

const NEEDS = `
  hi, my laptop does not start
  hello? is anybody there
  good morning, VPN is down
  help
  hi help
  thanks, but it still fails
  thank you, now the printer is broken
  Danke, aber es geht immer noch nicht
  hallo, mein Passwort ist abgelaufen
  Guten Morgen, Outlook startet nicht
  hi can someone reset my password
  morning all, screen flickers
  the password
  it
  this
  password
  500
  error 403
  no
  how are you?
  merci de réinitialiser mon mot de passe
  hola, no funciona el correo
  hello world app crashes
  team is locked out
  access to payroll
  https://example.com
  hi 4711
  great, another outage
  ok so the VPN
  hi hi hi hi hi hi hi hi hi hi hi hi hi
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');

test('greetings, thanks and farewells ask for nothing, in several languages', () => {
  for (const text of POLITE) assert.equal(isSmallTalk(text), true, text);
});

test('whoever also says what he needs is never kept from it', () => {
  assert.ok(POLITE.length > 40 && NEEDS.length > 20);
  for (const text of [...NEEDS, '']) assert.equal(isSmallTalk(text), false, text);
});

test('a thousand polite words cost no time, and are more than a greeting', () => {
  assert.equal(isSmallTalk('thanks '.repeat(1_000)), false);
});
