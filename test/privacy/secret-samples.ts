/** Secrets as vendors issue them and people type them, made anew: none is real, and none stands in a file as a whole. */

export interface SecretSample {
  readonly name: string;
  /** What somebody types. */
  readonly typed: string;
  /** What must not be seen any more. */
  readonly secret: string;
}

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Mulberry32: the same samples in every run. */
function createDice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(next() * n);
  const of = (signs: string, length: number) =>
    Array.from({ length }, () => signs[below(signs.length)] ?? '').join('');
  return { next, below, of };
}
type Dice = ReturnType<typeof createDice>;

type Make = (dice: Dice) => string;
const an =
  (length: number): Make =>
  (dice) =>
    dice.of(ALNUM, length);
const hex =
  (length: number): Make =>
  (dice) =>
    dice.of(HEX, length);
const up =
  (length: number): Make =>
  (dice) =>
    dice.of(UPPER, length);
const num =
  (length: number): Make =>
  (dice) =>
    `${1 + dice.below(9)}${dice.of('0123456789', length - 1)}`;
const join =
  (...parts: readonly (string | Make)[]): Make =>
  (dice) =>
    parts.map((part) => (typeof part === 'string' ? part : part(dice))).join('');
const b64 =
  (length: number): Make =>
  (dice) =>
    dice.of(`${ALNUM}+/`, length);

const TOKENS: Readonly<Record<string, Make>> = {
  'Slack bot token': join('xox', 'b-', num(12), '-', num(13), '-', an(24)),
  'Slack user token': join('xox', 'p-', num(12), '-', num(12), '-', num(13), '-', hex(32)),
  'Slack rotating token': join('xoxe', '.xoxb-1-', an(160)),
  'Slack refresh token': join('xox', 'e-1-', an(140)),
  'Slack session': join('xox', 'c-', num(12), '-', num(12), '-', hex(64)),
  'Slack app token': join('xapp', '-1-A', up(10), '-', num(13), '-', hex(64)),
  'Slack webhook': join('https://hooks.slack', '.com/services/T', up(9), '/B', up(10), '/', an(24)),
  'AWS key id': join('AKI', 'A', up(16)),
  'AWS session key id': join('ASI', 'A', up(16)),
  'GitHub classic': join('gh', 'p_', an(36)),
  'GitHub OAuth': join('gh', 'o_', an(36)),
  'GitHub app': join('gh', 's_', an(36)),
  'GitHub refresh': join('gh', 'r_', an(76)),
  'GitHub fine-grained': join('github', '_pat_', an(22), '_', an(59)),
  'GitLab personal': join('glp', 'at-', an(20)),
  'GitLab routable': join('glp', 'at-', an(27), '.01.', an(9)),
  'GitLab deploy': join('gld', 't-', an(20)),
  'GitLab runner': join('glr', 't-', an(20)),
  'Google API key': join('AIz', 'a', an(35)),
  'Google client secret': join('GOC', 'SPX-', an(28)),
  'Google access token': join('ya2', '9.', an(120)),
  'Google refresh token': join('1/', '/0', an(60)),
  'Azure storage': join('DefaultEndpointsProtocol=https;AccountName=a;AccountKey=', b64(86), '=='),
  'Azure service bus': join('Endpoint=sb://x.servicebus.windows.net/;SharedAccessKey=', b64(43), '='),
  'Azure client secret': join(an(3), '8', 'Q~', an(34)),
  'Azure SAS': join('https://acme.blob.core.windows.net/c/f?sv=2024-01-01&sig=', an(43), '%3D'),
  'AWS signed address': join('https://b.s3.amazonaws.com/f?X-Amz-Signature=', hex(64)),
  JWT: join('ey', 'J', an(33), '.ey', 'J', an(80), '.', an(43)),
  'unsigned JWT': join('ey', 'J', an(33), '.ey', 'J', an(80), '.'),
  'RSA key': join(
    '-----BEGIN RSA PRIV',
    'ATE KEY-----\n',
    b64(64),
    '\n',
    b64(64),
    '\n-----END RSA PRIV',
    'ATE KEY-----',
  ),
  'OpenSSH key': join('-----BEGIN OPENSSH PRIV', 'ATE KEY-----\n', b64(70), '\n', b64(70)),
  'PGP key': join(
    '-----BEGIN PGP PRIV',
    'ATE KEY BLOCK-----\n\n',
    b64(64),
    '\n-----END PGP PRIV',
    'ATE KEY BLOCK-----',
  ),
  'PuTTY key': join('PuTTY-User', '-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n', b64(48)),
  'age key': join('AGE-SECRET', '-KEY-1', up(58)),
  'Stripe live': join('sk', '_live_', an(24)),
  'Stripe restricted': join('rk', '_live_', an(99)),
  'Stripe test': join('sk', '_test_', an(24)),
  'webhook secret': join('wh', 'sec_', an(32)),
  'Atlassian API token': join('ATA', 'TT3xFfGF0', an(170), '=', up(8)),
  'Atlassian admin key': join('ATC', 'TT3xFfGN0', an(170), '=', up(8)),
  'Bitbucket app password': join('AT', 'BB', an(32)),
  npm: join('np', 'm_', an(36)),
  PyPI: join('py', 'pi-AgEIcHlwaS5vcmc', an(150)),
  RubyGems: join('ruby', 'gems_', hex(48)),
  OpenAI: join('s', 'k-', an(48)),
  'OpenAI project': join('s', 'k-proj-', an(74), '_', an(73)),
  Anthropic: join('s', 'k-ant-api03-', an(93), 'AA'),
  'Hugging Face': join('h', 'f_', an(34)),
  SendGrid: join('S', 'G.', an(22), '.', an(43)),
  Twilio: join('S', 'K', hex(32)),
  Mailgun: join('ke', 'y-', hex(32)),
  Mailchimp: join(hex(32), '-u', 's21'),
  DigitalOcean: join('dop', '_v1_', hex(64)),
  Heroku: join('HR', 'KU-', an(58)),
  Vault: join('hv', 's.', an(90)),
  Terraform: join(an(14), '.atl', 'asv1.', an(67)),
  Databricks: join('da', 'pi', hex(32), '-2'),
  Docker: join('dckr', '_pat_', an(27)),
  Shopify: join('shp', 'at_', hex(32)),
  Square: join('sq', '0atp-', an(22)),
  'New Relic': join('NR', 'AK-', up(27)),
  'Grafana service account': join('gl', 'sa_', an(32), '_', hex(8)),
  'Grafana cloud': join('gl', 'c_', an(140)),
  Linear: join('lin', '_api_', an(40)),
  Postman: join('PM', 'AK-', hex(24), '-', hex(34)),
  Telegram: join(num(10), ':A', 'A', an(33)),
  'Discord webhook': join('https://discord.com/api', '/webhooks/', num(18), '/', an(68)),
  Okta: join('SS', 'WS 00', an(40)),
  Dynatrace: join('dt', '0c01.', up(24), '.', up(64)),
  Airtable: join('pa', 't', an(14), '.', hex(64)),
  Notion: join('nt', 'n_', an(46)),
  Doppler: join('dp', '.pt.', an(43)),
  PlanetScale: join('pscale', '_tkn_', an(43)),
  Figma: join('fig', 'd_', an(40)),
};

/** Typed in words; `$` is the secret. */
const WORDS: readonly string[] = [
  'my password is $',
  'My password is: $',
  'the password was $ but it does not work any more',
  'password: $',
  'Password = $',
  'pwd=$',
  'pw: $',
  'user alma, passphrase: "$"',
  'Mein Passwort ist $',
  'Kennwort: $',
  'mon mot de passe est $',
  'la contraseña es $',
  'minha senha é $',
  'wachtwoord: $',
  'my PIN is $',
  'passcode -> $',
  'DB_PASSWORD=$',
  'export AWS_SECRET_ACCESS_KEY=$',
  '{"client_secret": "$"}',
  "api_key: '$'",
  'the api key is $',
  'access token: $',
  'Authorization: Bearer $',
  'postgres://desk:$@db.example:5432/desk',
  'my password is\n$',
  'recovery code: $',
];

const luhnDigit = (body: string) => {
  let sum = 0;
  for (const [index, char] of [...body].reverse().entries()) {
    const n = Number(char) * (index % 2 === 0 ? 2 : 1);
    sum += n > 9 ? n - 9 : n;
  }
  return String((10 - (sum % 10)) % 10);
};

function cards(dice: Dice): readonly SecretSample[] {
  const networks = [
    ['4', 16],
    ['51', 16],
    ['2221', 16],
    ['34', 15],
    ['6011', 16],
    ['36', 14],
    ['3530', 16],
  ] as const;
  return networks.flatMap(([head, length]) => {
    const body = head + dice.of('0123456789', length - 1 - head.length);
    const number = body + luhnDigit(body);
    const spaced = number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
    return [number, spaced, spaced.replaceAll(' ', '-')].map((secret) => ({
      name: `card ${head}`,
      typed: `charge it to ${secret} please`,
      secret,
    }));
  });
}

/** Numbers that registries publish as examples. */
const NUMBERS = [
  'GB29 NWBK 6016 1331 9268 19',
  'DE89370400440532013000',
  'FR14 2004 1010 0505 0001 3M02 606',
  'NO93 8601 1117 947',
  'CH93 0076 2011 6238 5295 7',
  'NL91ABNA0417164300',
  '44051401359',
  'RSSMRA85T10A562S',
  '131052-308T',
  '811228-9874',
  '93.05.18-223.61',
  '529.982.247-25',
  '12345678Z',
  'X1234567L',
];

/** At least two hundred. */
export function secretSamples(seed = 7): readonly SecretSample[] {
  const dice = createDice(seed);
  const tokens = Object.entries(TOKENS).flatMap(([name, make]) =>
    ['$', 'here: $ (please keep it)'].map((frame) => {
      const secret = make(dice);
      return { name, typed: frame.replace('$', () => secret), secret: randomPart(secret) };
    }),
  );
  const words = WORDS.map((frame, index) => {
    const secret = /PIN/.test(frame)
      ? dice.of('0123456789', 6)
      : `${dice.of(ALNUM, 9)}${index % 3 === 0 ? '!' : '7'}`;
    return { name: frame, typed: frame.replace('$', () => secret), secret };
  });
  const numbers = NUMBERS.map((secret) => ({ name: secret, typed: `it is ${secret}, thanks`, secret }));
  return [...tokens, ...words, ...cards(dice), ...numbers];
}

/** The longest run without a sign that parts: what a vendor's fixed words leave of it. */
function randomPart(secret: string): string {
  const runs = secret.split(/[\s.:/=&?~-]|_/).sort((a, b) => b.length - a.length);
  return runs[0] ?? secret;
}

/** Is it there, whole or with enough left to try? */
export function leaks(text: string, { secret }: Pick<SecretSample, 'secret'>): boolean {
  const bare = secret.replaceAll(/[\s-]/g, '');
  const [half, squeezed] = [
    Math.min(bare.length, Math.max(9, Math.floor(bare.length / 2))),
    text.replaceAll(/[\s-]/g, ''),
  ];
  return (
    squeezed.includes(bare) ||
    squeezed.includes(bare.slice(-half)) ||
    squeezed.includes(bare.slice(0, half + 1))
  );
}
