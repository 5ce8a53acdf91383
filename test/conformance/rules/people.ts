import assert from 'node:assert/strict';
import { able, takesFiles } from '../bench.ts';
import { type Rule, refused, said, value } from '../trial.ts';

const byAddress: Rule = {
  name: 'a person is found by exactly his address, and nobody by anything else',
  async run({ bench, connector }) {
    const { account, name, email } = bench.person;
    assert.deepEqual(value(await connector.people(email)), [{ account, name }]);
    const [user = '', domain = ''] = email.split('@');
    const others = [
      `x${email}`,
      `${email}x`,
      user,
      domain,
      `@${domain}`,
      '',
      ' ',
      '*',
      '%',
      '"',
      `${user.slice(0, 3)}*`,
      `${email}^ORactive=true`,
      `${email}" OR "1"="1`,
      'nobody@nowhere.example',
    ];
    for (const other of others) {
      const outcome = await connector.people(other);
      assert.ok(
        outcome.kind === 'rejected' || value(outcome).length === 0,
        `"${other}" found ${JSON.stringify(outcome)}`,
      );
    }
  },
};

const asHimself: Rule = {
  name: 'who signed in himself writes in his own name: comment, correction, file',
  async run({ bench, connector, attempt, words, revision, file, ticket, seen, outside }) {
    const { grant, name } = able(bench.signed);
    const { id } = await ticket();
    const author = { name: 'Somebody as Slack calls him', grant };
    const draft = words(id, 'In my own name', { author });
    const only = attempt();
    const comment = value(await connector.comments.add.send(draft, only)).id;
    const own = value(await connector.comments.read(id, comment));
    assert.equal(own.author, name);
    assert.ok(!said(own).includes('Somebody as Slack') && !said(own).includes('via Slack'), said(own));
    await outside.settle();
    assert.equal(value(await connector.comments.add.find(draft, only))?.id, comment, 'found by its proof');
    await outside.pass(2000);
    const other = revision(draft, comment, 'Still in my own name');
    const revised = value(await connector.comments.revise.send(other, attempt())).id;
    assert.equal(value(await connector.comments.read(id, revised)).author, name);
    if (takesFiles(connector)) value(await connector.files.add.send(file(id, 'Mine', { author }), attempt()));
    const { comments, files } = await seen(id);
    assert.ok(
      comments.every((one) => one.author === name),
      JSON.stringify(comments),
    );
    assert.deepEqual(
      files.map((one) => one.author),
      takesFiles(connector) ? [name] : [],
    );
  },
};

const refusedSignIn: Rule = {
  name: 'a sign-in that is refused is a refusal for "auth": nothing is written in another name',
  async run({ bench, connector, attempt, words, revision, file, change, ticket, seen }) {
    const { grant, refused: bad } = able(bench.signed);
    const { id } = await ticket();
    const author = { name: 'Grace Hopper', grant: bad };
    const there = words(id, 'Written before', { author: { name: 'Grace Hopper', grant } });
    const comment = value(await connector.comments.add.send(there, attempt())).id;
    const before = await seen(id);
    for (const outcome of [
      await connector.comments.add.send(words(id, 'In whose name?', { author }), attempt()),
      await connector.comments.revise.send(
        { ...revision(there, comment, 'In whose name?'), author },
        attempt(),
      ),
      ...(takesFiles(connector)
        ? [await connector.files.add.send(file(id, 'Whose?', { author }), attempt())]
        : []),
      await connector.write.send(change(id, { status: 'active' }, { actor: author }), attempt()),
    ]) {
      refused(outcome, 'auth');
      assert.ok(
        outcome.kind === 'rejected' && outcome.reason.includes('Grace Hopper'),
        JSON.stringify(outcome),
      );
    }
    assert.deepEqual(await seen(id), before);
    // His refused sign-in is no reason to keep others waiting.
    value(await connector.comments.add.send(words(id, 'Somebody else'), attempt()));
  },
};

export const peopleRules: readonly Rule[] = [byAddress, asHimself, refusedSignIn];
