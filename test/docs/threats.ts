/** What could be done to Deskbridge, what it does about it, and the tests that show it. The page is made from this. */
import { IN_APPROVALS } from './threats-approvals.ts';

export interface Proof {
  readonly file: string;
  /** As the file writes it; `…` stands for what differs where it is one of several. */
  readonly name: string;
}

export interface Threat {
  readonly id: string;
  /** What could happen. */
  readonly threat: string;
  /** What Deskbridge does. */
  readonly defence: string;
  readonly proofs: readonly Proof[];
}

const by = (file: string, ...names: readonly string[]): readonly Proof[] =>
  names.map((name) => ({ file: `test/${file}.test.ts`, name }));

const INJECTION = 'fidelity/injection';

const IN_WORDS: readonly Threat[] = [
  {
    id: 'T19',
    threat: 'Words of a ticket, a name or a state call a whole channel in Slack.',
    defence:
      'They go into elements that Slack shows and never reads; `&`, `<` and `>` are escaped wherever it would read them, and looking for names is switched off.',
    proofs: [
      ...by(INJECTION, 'Jira → Slack', 'ServiceNow → Slack', 'for Slack'),
      ...by('slack/out/card', 'no summary, name or state can break out, ping anybody, or break a limit'),
      ...by('slack/out/rich-text', 'nothing that somebody writes is obeyed by Slack, as words or as a name'),
    ],
  },
  {
    id: 'T20',
    threat: 'A link shows one address and leads to another.',
    defence:
      'A label that reads like another address is given up for the address itself; only http, https and mailto are links.',
    proofs: [
      ...by(
        'words/doc',
        'a label that is another address is given up, and both are shown',
        'only http, https and mailto are links',
      ),
      ...by(INJECTION, 'Jira → Slack', 'Slack → Jira'),
      ...by(
        'slack/out/card',
        'what is no web address, or too long for a link, is no link: the key stands alone',
      ),
    ],
  },
  {
    id: 'T21',
    threat: 'A preview or a picture makes a vendor, or a reader, call an address that carries data away.',
    defence:
      'No message is unfurled, no picture and no card is embedded, and Deskbridge itself opens no link.',
    proofs: [
      ...by(
        'stories/canary',
        'an address that somebody wrote is fetched by nobody: neither by us, nor by Slack, nor by Jira',
      ),
      ...by('fidelity/unfurl', 'no message asks Slack to unfurl, to look for names or to parse'),
    ],
  },
  {
    id: 'T22',
    threat: 'Words from Slack become a mention, a panel or a card in Jira.',
    defence:
      'Comments are documents of text nodes; where a form of a service desk reads wiki markup, its signs lose their meaning.',
    proofs: by(
      INJECTION,
      'Slack → Jira',
      'for Jira and ServiceNow',
      'in the form of a service desk, which is read as wiki markup',
    ),
  },
  {
    id: 'T23',
    threat: 'Words from Slack run as HTML in the journal of a ServiceNow agent.',
    defence:
      'An invisible character breaks every `[code` in an entry; the doctor warns where the instance would run it.',
    proofs: [
      ...by(INJECTION, 'Slack → ServiceNow', 'in the name of an author'),
      ...by(
        'connectors/servicenow/comment',
        'nobody is called by the words of a message, and nothing in them is HTML',
      ),
    ],
  },
  {
    id: 'T24',
    threat:
      'Words change a query of ServiceNow, or a condition that the instance drops gives the rows of others.',
    defence:
      'Queries are made of typed parts; a value that could end one is no value; and every row that comes back is checked.',
    proofs: [
      ...by(
        'connectors/servicenow/query',
        'what it writes means exactly what was asked, or the value is refused',
        'text that could change a query is no value',
      ),
      ...by('connectors/servicenow/answers', '…: rows of others are never used'),
    ],
  },
  {
    id: 'T25',
    threat: 'Words change a search in Jira.',
    defence:
      'No word of a person is in a search: only references that Deskbridge drew and keys of projects, both of a fixed shape.',
    proofs: by(
      'connectors/jira/query',
      'only a reference of ours and a key of a project ever stand in a search',
      'a search reads back as the one condition that was meant, for every key that a target may have',
    ),
  },
  {
    id: 'T26',
    threat: 'Words change a statement of the database.',
    defence:
      'Values go beside the statement. What is put into one as it stands is written in the program, and listed.',
    proofs: [
      ...by(
        'architecture/statements',
        'no statement is put together from anything but what the program itself holds',
      ),
      ...by(
        'store/hostile-words',
        'what would end a statement is kept as words, in every place where people and vendors have a word',
      ),
    ],
  },
];

const OUTWARD: readonly Threat[] = [
  {
    id: 'T27',
    threat: 'An address, a name or a redirect leads Deskbridge into a network that it should not call.',
    defence:
      'The address is checked in the socket after the name was looked up, however it is spelt; redirects are not followed; files of Slack come from Slack alone.',
    proofs: by(
      'connectors/inward',
      'none of … spellings is called over https by any client',
      'a file of Slack is fetched from Slack alone, whatever address it names',
      '…: no socket, and the reason is told',
      'none leads a client inside, not even to another port of the host that it trusts',
    ),
  },
  {
    id: 'T28',
    threat: 'A credential travels along to another host.',
    defence: 'It is sent to the origin of the configuration only; a redirect is told, not followed.',
    proofs: [
      ...by(
        'connectors/jira/credentials',
        'a credential goes to its own origin only: a redirect elsewhere is told and not followed',
      ),
      ...by('connectors/servicenow/access', 'a redirect is not followed'),
      ...by('slack/out/files', 'bytes go to their address without the token, and not on to where it leads'),
    ],
  },
];

const SEEN: readonly Threat[] = [
  {
    id: 'T29',
    threat: 'An internal note, a work note or a restricted comment shows in Slack.',
    defence:
      'Only what is certainly public crosses; what becomes internal later is taken out of the thread; what cannot be told for sure stays where it is.',
    proofs: [
      ...by(
        'privacy/audience',
        'over the matrix of places, tickets and readers nothing leaks and nothing is kept back needlessly',
      ),
      ...by('connectors/jira/pure', 'only what is certainly public is public'),
      ...by(
        'sync/comments',
        'a public comment that becomes … is taken out of the thread, and that is written down',
      ),
      ...by('model/histories', 'random people and agents over random faults: all promises hold'),
    ],
  },
  {
    id: 'T30',
    threat:
      'What agents say among themselves reaches the customer, because a comment is public when nothing is said.',
    defence:
      'An internal comment says so in the very request that writes it; in ServiceNow it is another field.',
    proofs: [
      ...by(
        'connectors/jira/visibility',
        'what is internal says so in the request that writes it, and nothing else does',
      ),
      ...by(
        'connectors/servicenow/comment',
        'a public one is a comment, an internal one a work note, both with their author',
      ),
    ],
  },
  {
    id: 'T31',
    threat: 'A channel gets other readers, or a ticket fewer, while a thread goes on.',
    defence:
      'Who reads along is compared at every sending, not only at the first: the card becomes a link, and the rest waits.',
    proofs: by(
      'stories/audience',
      'a channel that becomes shared shows the link alone; answers park with what to do and go when it is ours again',
      'a security level that is set later takes the fields off the card, and no answer follows',
    ),
  },
  {
    id: 'T32',
    threat: 'Somebody reads through the bot a ticket that he may not see.',
    defence:
      'He sees his own requests and those of his queues. Anything else is answered in the words for what does not exist. How long the answer takes is not made equal.',
    proofs: by(
      'stories/commands',
      'what is somebody else’s and what does not exist are answered in the same words',
      'mine lists my open requests and nobody else’s, status shows one, also where the app is no member',
    ),
  },
  {
    id: 'T33',
    threat: 'One workspace gets what belongs to another.',
    defence: 'Every key begins with the install, and what is sealed for one opens in the rows of no other.',
    proofs: [
      ...by('stories/tenants', 'two workspaces and an organisation share one app, and nothing else'),
      ...by('store/grants', 'personal data of one tenant does not open in the rows of another'),
      ...by(
        'slack/in/address',
        'a call is for the install that Slack names, never for where its author comes from',
      ),
    ],
  },
];

const MODELS: readonly Threat[] = [
  {
    id: 'T34',
    threat: 'Words in a message, a ticket or a document order a language model about.',
    defence:
      'There is none, so this holds more simply than it will once there is: words can only choose among the rules of the table, never make one less strict, and no word approves anything. A route that asks for an answer is handed to a person, and says so.',
    proofs: [
      ...by(
        'routing/instructions',
        'whatever is ordered in a text, only a rule of the table is chosen, and nothing gets less strict',
        'nothing in the program, and nothing that is installed with it, speaks to a language model',
      ),
      ...by(
        'stories/routing',
        'tags are labels of the issue, and every flow says what happens next on both sides',
      ),
      ...by(
        'stories/commands',
        'help, approve, deny and status alone are answered at once; nothing of it is stored',
      ),
    ],
  },
  {
    id: 'T35',
    threat: 'A document that answers are taken from is changed for the worse.',
    defence:
      'No document is answered from yet. What is learned from is in files of the owner: the shipped classifier is exactly what its sentences make, and another takes its place only when the configuration names it.',
    proofs: [
      ...by(
        'routing/classify',
        'is what its sentences and the shipped table make',
        'learns from its rows, and from the same rows the same',
      ),
      ...by(
        'routing/instructions',
        'nothing in the program, and nothing that is installed with it, speaks to a language model',
      ),
    ],
  },
  {
    id: 'T36',
    threat: 'An answer tells of a document that its reader may not see.',
    defence:
      'No document is answered from yet. What is told of tickets goes through one comparison of who reads the place with who may read the ticket.',
    proofs: by(
      'privacy/audience',
      'over the matrix of places, tickets and readers nothing leaks and nothing is kept back needlessly',
      'a decision that forgets another company is found in the matrix, and so is a flow that forgets to ask',
    ),
  },
  {
    id: 'T37',
    threat: 'A text says of itself how sure everybody may be of it.',
    defence:
      'The confidence is computed from weights of words; a claimed one is a few words more, and makes nothing surer.',
    proofs: [
      ...by(
        'routing/instructions',
        'a confidence that a text claims is a word like any other: the figure in it is no measure, and it makes nothing surer',
      ),
      ...by(
        'routing/classify',
        'words that the model does not believe lead to a question, however sure it is',
      ),
    ],
  },
];

const SECRETS: readonly Threat[] = [
  {
    id: 'T38',
    threat: 'A password typed into Slack is copied to tickets, logs and queues.',
    defence:
      'It is taken out before anything else is done with the words, and the person is told alone; the raw call is sealed and deleted.',
    proofs: by(
      'stories/secrets',
      'two hundred secrets typed into Slack stand nowhere but there and in the sealed inbox',
      'raw deliveries are sealed while they are kept, and gone after inbox_days; their keys stay',
    ),
  },
  {
    id: 'T39',
    threat:
      'A copy of the database gives away sign-ins, or a row of one tenant is put in place of another’s.',
    defence:
      'They are sealed with a key that is not in the database, each bound to its install, table, column and row.',
    proofs: [
      ...by(
        'flows/keep-tokens',
        'a dump of the database shows no token, and a token that is moved to another row does not open',
      ),
      ...by(
        'store/grants',
        'no token stands in the database, and none opens in the row of another workspace',
      ),
      ...by('store/seals', 'every column of bytes is sealed and known, or a hash'),
      ...by(
        'store/envelope',
        'a value opens in its own place only, and places cannot be mistaken for each other',
      ),
    ],
  },
  {
    id: 'T40',
    threat: 'A package that is installed with Deskbridge is not what its author wrote.',
    defence:
      'Exact versions, checked bytes, one registry, no install script that nobody allowed, and known stolen versions refused. How old a version is, is not checked.',
    proofs: by(
      'architecture/packages',
      'every package has an exact version, checked bytes, one registry, and no script that nobody allowed',
      'a range, a foreign place, unchecked bytes, a stolen version and a new script are found',
    ),
  },
];

const LOAD: readonly Threat[] = [
  {
    id: 'T41',
    threat: 'Programs answer each other through a thread and its ticket, for ever.',
    defence:
      'What Deskbridge wrote is known by its marker and its author and never goes back; a link on which things cross faster than people write rests, visibly.',
    proofs: [
      ...by(
        'stories/two-bridges',
        'two bridges with one account and a rule that answers every comment come to rest, and each of them carried everything once',
      ),
      ...by(
        'stories/trust',
        'two programs that answer each other are stopped for a while, visibly, and nothing is lost or doubled',
      ),
      ...by(
        'flows/sequences',
        'a link that looks like a loop rests for ten minutes, whatever comes in meanwhile, and says so once',
      ),
    ],
  },
  {
    id: 'T42',
    threat: 'A flood of messages, presses or changes keeps everybody else waiting.',
    defence:
      'What cannot be stored in time is answered 503, so that it comes again; what one person, app or channel sends too fast waits for its turn and is kept; every link is worked on by itself; limits of a vendor slow only what they are for.',
    proofs: [
      ...by(
        'web/slack-door',
        'a store that hangs is 503 within 2.5 s, and asks are answered at once meanwhile',
      ),
      ...by(
        'stories/floods',
        '500 commands and words of one person: another is served meanwhile, and all are handled once, in order',
      ),
      ...by('connectors/jira/wire', 'too many writes to one ticket slow down that ticket only'),
      ...by(
        'sync/fields',
        'things that cross both ways faster than people write are a loop; a flood from one side is none',
      ),
      ...by('store/budgets', 'one paused destination stops what needs it, and nothing else'),
    ],
  },
  {
    id: 'T43',
    threat: 'A huge, packed or deeply nested body fills the memory or the stack.',
    defence:
      'Everything that is read has a limit, counted while it is read and after it is unpacked; files are carried in pieces; depth has an end.',
    proofs: [
      ...by('connectors/bombs', 'half a gigabyte in an answer of half a megabyte fills nobody’s memory'),
      ...by('web/server', 'a mebibyte passes, one byte more is 413, announced or not'),
      ...by(
        'connectors/jira/formatting',
        'a document nested without end keeps its words, in a depth that has an end',
      ),
      ...by('flows/spool', 'nothing is left of one that is too large, too short, or broken'),
      ...by(
        'sync/files',
        'a file goes where it fits; refused endings and sizes stay, with a reason for people',
      ),
    ],
  },
  {
    id: 'T44',
    threat: 'Odd names in a body change objects of the program, or a text makes a pattern search for ever.',
    defence:
      'Bodies are read by schemas; no pattern of the program takes longer than its text; patterns of the owner run in an engine that cannot go back.',
    proofs: [
      ...by(
        'web/odd-keys',
        'calls of Slack with odd names in any of their objects are taken as calls, and leave every object as it was',
        'a hook with odd names is read as the ticket that it names, or refused',
        'a setting with an odd name is a problem of the file, and changes nothing else',
      ),
      ...by(
        'architecture/regex-time',
        'no pattern of the program takes longer than its text, whatever is repeated in it',
      ),
      ...by('privacy/redact', 'hostile text takes time in proportion to its length'),
      ...by('slack/in/any-message', '40,000 hostile characters take no longer than their length'),
    ],
  },
];

const REST: readonly Threat[] = [
  {
    id: 'T47',
    threat:
      'The sandbox, a default password or the metrics stand open in an installation that is in earnest.',
    defence:
      'The simulated vendors are bound to this machine and take no real credential; secrets are drawn or demanded, never given; `deskbridge doctor --security` names what is open.',
    proofs: [
      ...by(
        'sandbox/stays-here',
        'no simulated vendor is made with a credential that does not say it is for a sandbox, and none repeats it',
        'whatever the sandbox serves is bound to this machine',
      ),
      ...by(
        'sandbox/demo/routes',
        'a foreign name in Host is refused, the names of this machine are not',
        'a page elsewhere cannot act here',
      ),
      ...by('cli/demo-configuration', 'secrets are drawn once, differ between folders, and are for us only'),
      ...by('config/environment', 'an encryption key of … is refused with the way to make one'),
    ],
  },
  {
    id: 'T48',
    threat: 'Somebody words his request so that it goes where less is asked.',
    defence:
      'What people write can raise the risk, the privacy and the approvals of a request, never lower them.',
    proofs: [
      ...by(
        'routing/conditions',
        'property: adding text never lowers the risk, the privacy or an approval, whatever a classifier says of it',
      ),
      ...by(
        'routing/instructions',
        'whatever is ordered in a text, only a rule of the table is chosen, and nothing gets less strict',
      ),
    ],
  },
  {
    id: 'T52',
    threat: 'An error tells a secret, an address of the inside or a place in the program.',
    defence:
      'Whoever asked gets a sentence and a reference; the log has the rest, without the request that a client hangs on its errors.',
    proofs: [
      ...by(
        'web/error-outputs',
        'no answer of any door tells a secret, an address, a statement or a place in the program',
        'what Slack is told of a store that is away is a sentence, whatever the failure says',
      ),
      ...by(
        'log',
        'an error is logged by its message and its place, never with the request and its credentials that it carries along',
      ),
      ...by(
        'connectors/jira/wire',
        'errors of either shape are told in one line, with a secret that comes back struck out',
      ),
      ...by('cli/refusals', 'a database that is away is named, with what to do and without its password'),
    ],
  },
];

const numberOf = (id: string) => Number(id.slice(1));

/** In the order of their numbers. */
export const THREATS: readonly Threat[] = [
  ...IN_APPROVALS.filter(({ id }) => numberOf(id) < 19),
  ...IN_WORDS,
  ...OUTWARD,
  ...SEEN,
  ...MODELS,
  ...SECRETS,
  ...LOAD,
  ...REST.filter(({ id }) => numberOf(id) < 51),
  ...IN_APPROVALS.filter(({ id }) => numberOf(id) > 44),
  ...REST.filter(({ id }) => numberOf(id) > 51),
];
