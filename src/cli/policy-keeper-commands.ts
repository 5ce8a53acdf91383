/** Changing a policy takes two people: `policy key`, `policy sign` and `policy verify`. None needs a running bridge. */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  judgePolicies,
  lastAccepted,
  type PoliciesJudged,
  type PolicyState,
  policyState,
  type SignedPolicies,
  signPolicies,
  unsignedText,
} from '../approvals/keepers.ts';
import { policyChanges } from '../approvals/policy-changes.ts';
import { readPolicies, writeSignatures } from '../config/policy-signatures.ts';
import { DEFAULT_CONFIG_FILE } from '../config.ts';
import type { AcceptedPolicies } from '../model/keeper.ts';
import { oneLine, told, withStore } from './operate.ts';
import { makeKey, readKey } from './policy-keys.ts';
import { aligned, type Terminal } from './terminal.ts';

interface SignOptions {
  readonly config: string;
  readonly key: string;
  readonly as: string;
  readonly number?: number;
}

interface VerifyOptions {
  readonly config: string;
  readonly database?: boolean;
  readonly json?: boolean;
}

export function keeperCommands(policy: Command, terminal: Terminal): void {
  policy
    .command('key')
    .description('make a key for somebody who looks after the policies, and print its public half')
    .argument('<file>', 'where the private key is written; it must not be there yet')
    .action((file: string) => told(terminal, async () => terminal.out(makeKey(file))));
  policy
    .command('sign')
    .description('show what changed in the policies since they were signed last, and sign them')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .requiredOption('--key <file>', 'private key of "deskbridge policy key"')
    .requiredOption('--as <person>', 'whose it is: a name below approvals.keepers')
    .option('--number <number>', 'sign as this number, where an older file was restored', positive)
    .action((options: SignOptions) => told(terminal, async () => signFile(options, terminal)));
  policy
    .command('verify')
    .description('show who signed the policies and who is missing; exit code 1 when it is not enough')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--database', 'count by the keepers that this installation accepted last; needs its database')
    .option('--json', 'one JSON object')
    .action((options: VerifyOptions) => told(terminal, () => verifyFile(options, terminal)));
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

function signFile({ config, key: keyFile, as: person, number }: SignOptions, terminal: Terminal): void {
  const { settings, state, signed } = readPolicies(config);
  const { signatures: name } = settings.approvals;
  if (name === undefined)
    throw new Error(
      'The configuration names no file for signatures: set approvals.signatures. Nothing was signed.',
    );
  const before = lastAccepted(signed, state.install);
  const { key, publicKey } = readKey(keyFile);
  const known = [...state.keepers, ...(before?.keepers ?? [])].filter((one) => one.person === person);
  if (known.length === 0)
    throw new Error(
      `approvals.keepers does not name ${oneLine(person)}. Nothing was signed. There are: ${state.keepers.map((one) => one.person).join(', ') || 'none'}.`,
    );
  if (!known.some((one) => one.public_key === publicKey))
    throw new Error(
      `The key in ${keyFile} is not that of ${person}: it is ${publicKey}. Nothing was signed.`,
    );
  const place = placeFor(signed, state, number);
  const own = signPolicies(state, place.number, { person, at: new Date(), key });
  const others = place.signatures.filter((one) => one.person !== person);
  const fresh = { number: place.number, policies: state.policies, signatures: [...others, own] };
  const all = [...place.earlier, fresh];
  writeSignatures(path.join(path.dirname(config), name), all);
  terminal.out(report(state, all, before).text);
}

interface Place {
  readonly number: number;
  readonly signatures: SignedPolicies['signatures'];
  readonly earlier: readonly SignedPolicies[];
}

/** Beside those who have signed the same just before; or as the next number. */
function placeFor(signed: readonly SignedPolicies[], state: PolicyState, wanted?: number): Place {
  const last = signed.at(-1);
  const isSame = last !== undefined && policyState(last.policies).hash === state.hash;
  if (isSame && (wanted === undefined || wanted === last.number))
    return { number: last.number, signatures: last.signatures, earlier: signed.slice(0, -1) };
  const next = (last?.number ?? 0) + 1;
  if (wanted !== undefined && wanted < next)
    throw new Error(`The next number is ${next}; ${wanted} is behind it. Nothing was signed.`);
  return { number: wanted ?? next, signatures: [], earlier: signed };
}

async function verifyFile(options: VerifyOptions, terminal: Terminal): Promise<void> {
  const { state, signed } = readPolicies(options.config);
  const before =
    options.database === true
      ? await acceptedIn(options.config, terminal)
      : lastAccepted(signed, state.install);
  const { judged, text } = report(state, signed, before);
  terminal.out(options.json === true ? JSON.stringify(asData(state, judged)) : text);
  if (judged.kind === 'unsigned' || judged.kind === 'no-keepers') terminal.exit(1);
}

async function acceptedIn(config: string, terminal: Terminal): Promise<AcceptedPolicies | null> {
  let found: AcceptedPolicies | null = null;
  await withStore({ config }, terminal, async ({ home }) => {
    found = await home.policyKeepers.accepted();
  });
  return found;
}

/** As it stands by these signatures, and what of it is new since `before`. */
function report(state: PolicyState, signed: readonly SignedPolicies[], before: AcceptedPolicies | null) {
  const judged = judgePolicies(state, signed, before);
  const isAccepted = judged.kind === 'signed' || judged.kind === 'in-force';
  const number = isAccepted
    ? judged.accepted.number
    : judged.kind === 'unsigned'
      ? (judged.number ?? 'none yet')
      : 'none';
  const signers = isAccepted ? judged.accepted.signers : judged.kind === 'unsigned' ? judged.signers : [];
  const rows = aligned([
    ['policies', `of ${state.install}, fingerprint ${state.hash.slice(0, 8)}`],
    ['keepers', state.keepers.map(({ person }) => person).join(', ') || 'none'],
    ['number', String(number)],
    ['signed by', signers.join(', ') || 'nobody'],
    ...(judged.kind === 'unsigned' ? [['missing', judged.missing.join(', ')]] : []),
  ]);
  const verdict =
    judged.kind === 'no-keepers'
      ? 'Nobody has to sign: approvals.keepers names nobody.'
      : judged.kind === 'unsigned'
        ? unsignedText(judged)
        : 'Two keepers have signed them.';
  return { judged, text: [rows, ...changeLines(state, signed, before), verdict].join('\n') };
}

/** Against the policies that were accepted before, as far as the file with the signatures has them. */
function changeLines(
  state: PolicyState,
  signed: readonly SignedPolicies[],
  before: AcceptedPolicies | null,
): readonly string[] {
  if (before === null) return ['Nothing was signed before, so all of it is new.'];
  const old = signed.findLast(({ policies }) => policyState(policies).hash === before.hash);
  if (old === undefined) return [`What number ${before.number} said does not stand in the file.`];
  const changes = policyChanges(policyState(old.policies).policies, state.policies);
  if (changes.length === 0) return [`Nothing has changed since number ${before.number}.`];
  return [`Changed since number ${before.number}:`, ...changes.map((line) => `  ${oneLine(line)}`)];
}

function asData(state: PolicyState, judged: PoliciesJudged) {
  const common = { install: state.install, hash: state.hash, state: judged.kind };
  if (judged.kind === 'no-keepers') return { ...common, number: null, signed: [], missing: [] };
  if (judged.kind === 'unsigned') {
    const { number, signers, missing, spoiled } = judged;
    return { ...common, number, signed: signers, missing, spoiled };
  }
  const { number, signers } = judged.accepted;
  return { ...common, number, signed: signers, missing: [] };
}
