import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

/** A test elsewhere that proves a rule, so that nothing is tested twice. */
export interface ProvenBy {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Its whole name. */
  readonly test: string;
}

/** Names tests of one file. */
export const provenIn =
  (file: string) =>
  (name: string): ProvenBy => ({ file, test: name });

/** One thing that a vendor does and its simulator does, too. */
export interface VendorRule<World> {
  /** `vendor.part.rule`; never given to another rule. */
  readonly id: string;
  readonly sentence: string;
  /** Address of the vendor's page; where no page says it, how it is known. */
  readonly source: string;
  readonly prove: ProvenBy | ((world: World, context: TestContext) => Promise<void>);
}

/** The rules of one vendor, and the one simulator that their proofs share. */
export interface RuleBook<World> {
  readonly vendor: 'slack' | 'jira' | 'servicenow';
  readonly rules: readonly VendorRule<World>[];
  open(): Promise<World>;
  close(world: World): Promise<void>;
}

export function isProvenBy<World>(prove: VendorRule<World>['prove']): prove is ProvenBy {
  return typeof prove === 'object';
}

/** The name under which a rule's own test runs. */
export const testName = (rule: Pick<VendorRule<never>, 'id' | 'sentence'>) => `${rule.id}: ${rule.sentence}`;

/** What is wrong with a book itself. */
function bookProblems<World>({ vendor, rules }: RuleBook<World>): readonly string[] {
  return rules.flatMap(({ id, sentence, source, prove }, index) => [
    ...(id.startsWith(`${vendor}.`) ? [] : [`${id} is no rule of ${vendor}`]),
    ...(rules.findIndex((other) => other.id === id) === index ? [] : [`${id} stands there twice`]),
    ...(sentence.length > 20 && sentence.endsWith('.') ? [] : [`${id} is no sentence`]),
    ...(source.length > 10 ? [] : [`${id} has no source`]),
    ...(isProvenBy(prove) && !namesTest(prove) ? [`${id}: ${prove.file} has no test "${prove.test}"`] : []),
  ]);
}

/** Whether the file holds a test of that name; that it passes is looked at where the whole run is. */
function namesTest({ file, test: name }: ProvenBy): boolean {
  return readFileSync(path.join(root, file), 'utf8').includes(`'${name}'`);
}

/** Registers the rules with node:test: each rule that is proven here is one test of its own. */
export function testRules<World>(book: RuleBook<World>, leastRules: number): void {
  describe(`the simulated ${book.vendor} keeps the vendor's rules`, () => {
    let world: World;
    before(async () => {
      world = await book.open();
    });
    after(() => book.close(world));

    test('every rule has a name, a sentence, a source and a proof of its own', () => {
      assert.deepEqual(bookProblems(book), []);
      assert.ok(book.rules.length >= leastRules, `only ${book.rules.length} rules are left`);
    });
    for (const rule of book.rules) {
      const { prove } = rule;
      if (!isProvenBy(prove)) test(testName(rule), (context) => prove(world, context));
    }
  });
}
