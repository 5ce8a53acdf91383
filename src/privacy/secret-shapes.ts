/** Something that gives itself away by its look alone. */
export interface SecretShape {
  /** For the person who typed it: "a GitHub token". */
  readonly what: string;
  /** One of these stands in every match: a text without them is not searched at all. In small letters. */
  readonly hints: readonly string[];
  /**
   * The first group, where there is one, is the secret; else all of it. Every pattern is linear: a fixed beginning, then one
   * class with an upper bound, so that a failure costs no more than that bound.
   */
  readonly pattern: RegExp;
}

const shape = (what: string, hints: readonly string[], pattern: RegExp): SecretShape => ({
  what,
  hints: hints.map((hint) => hint.toLowerCase()),
  pattern,
});

/** Not in the middle of a longer word. */
const START = '(?<![A-Za-z0-9_-])';
const from = (source: string, flags = 'g') => new RegExp(`${START}${source}`, flags);

/**
 * Shapes as the vendors document them, or as their own secret scanning describes them
 * (docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns).
 */
export const SECRET_SHAPES: readonly SecretShape[] = [
  shape('a Slack token', ['xox'], /xox[a-z](?:\.xox[bp])?-[A-Za-z0-9-]{8,500}/g),
  shape('a Slack token', ['xapp-'], /xapp-[A-Za-z0-9-]{15,500}/g),
  shape(
    'a Slack webhook address',
    ['hooks.slack.com'],
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{15,300}/g,
  ),
  shape('an AWS access key', ['akia', 'asia', 'abia', 'acca'], from('A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}')),
  shape('a GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /gh[pousr]_[A-Za-z0-9]{30,255}/g),
  shape('a GitHub token', ['github_pat_'], /github_pat_[A-Za-z0-9_]{20,255}/g),
  shape(
    'a GitLab token',
    ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-'],
    /gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_.-]{15,500}/g,
  ),
  shape('a GitLab token', ['gr1348941'], /GR1348941[A-Za-z0-9_-]{20,60}/g),
  shape('a Google API key', ['aiza'], /AIza[A-Za-z0-9_-]{35}/g),
  shape('a Google client secret', ['gocspx-'], /GOCSPX-[A-Za-z0-9_-]{20,60}/g),
  shape('a Google token', ['ya29.'], /ya29\.[A-Za-z0-9_.-]{20,1000}/g),
  shape('a Google token', ['1//0'], from('1//0[A-Za-z0-9_-]{30,300}')),
  shape('an Azure storage key', ['accountkey='], /AccountKey=([A-Za-z0-9+/]{40,100}={0,2})/gi),
  shape('an Azure access key', ['sharedaccesskey='], /SharedAccessKey=([A-Za-z0-9+/]{30,100}={0,2})/gi),
  shape('an Azure client secret', ['8q~'], /[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{28,40}/g),
  shape('a signed Azure address', ['sig='], /[?&]sig=([A-Za-z0-9%+/]{30,200}={0,2})/g),
  shape('a signed AWS address', ['x-amz-signature='], /X-Amz-Signature=([a-f0-9]{40,128})/gi),
  shape(
    'a signed token (JWT)',
    ['eyj'],
    from('eyJ[A-Za-z0-9_-]{6,4000}\\.[A-Za-z0-9_-]{6,16000}(?:\\.[A-Za-z0-9_-]{0,16000}){0,3}'),
  ),
  shape(
    'a private key',
    ['private key'],
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ),
  shape('a private key', ['putty-user-key-file-'], /PuTTY-User-Key-File-\d[\s\S]*/g),
  shape('a private key', ['age-secret-key-'], /AGE-SECRET-KEY-1[A-Z0-9]{40,80}/gi),
  shape('a Stripe key', ['_live_', '_test_'], /(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,250}/g),
  shape('a webhook secret', ['whsec_'], /whsec_[A-Za-z0-9+/=]{20,120}/g),
  shape('an Atlassian token', ['atatt3', 'atctt3', 'atstt3'], /AT[ACS]TT3[A-Za-z0-9_=-]{15,500}/g),
  shape('a Bitbucket password', ['atbb'], from('ATBB[A-Za-z0-9]{20,80}')),
  shape('an npm token', ['npm_'], /npm_[A-Za-z0-9]{30,80}/g),
  shape('a PyPI token', ['pypi-'], /pypi-[A-Za-z0-9_-]{40,500}/g),
  shape('a RubyGems key', ['rubygems_'], /rubygems_[a-f0-9]{40,64}/g),
  shape('a key of an AI provider', ['sk-'], from('sk-[A-Za-z0-9_-]{20,300}')),
  shape('a Hugging Face token', ['hf_'], from('hf_[A-Za-z0-9]{30,60}')),
  shape('a SendGrid key', ['sg.'], from('SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{30,64}')),
  shape('a Twilio key', ['sk'], from('SK[a-f0-9]{32}(?![a-f0-9])')),
  shape('a Mailgun key', ['key-'], from('key-[a-f0-9]{32}')),
  shape('a Mailchimp key', ['-us'], from('[a-f0-9]{32}-us\\d{1,2}')),
  shape('a DigitalOcean token', ['_v1_'], /do[opr]_v1_[a-f0-9]{40,80}/g),
  shape('a Heroku key', ['hrku-'], /HRKU-[A-Za-z0-9_-]{30,100}/g),
  shape('a Vault token', ['hvs.', 'hvb.', 'hvr.'], from('hv[sbr]\\.[A-Za-z0-9_-]{20,400}')),
  shape('a Terraform token', ['.atlasv1.'], /[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_-]{40,100}/g),
  shape('a Databricks token', ['dapi'], from('dapi[a-f0-9]{32}(?:-\\d)?')),
  shape('a Docker token', ['dckr_'], /dckr_[po]at_[A-Za-z0-9_-]{20,80}/g),
  shape('a Shopify token', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g),
  shape('a Square token', ['sq0'], /sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}/g),
  shape('a New Relic key', ['nrak-', 'nrii-', 'nraa-'], /NR(?:AK|II|AA)-[A-Za-z0-9_-]{20,60}/g),
  shape('a Grafana token', ['glc_', 'glsa_'], /gl(?:c|sa)_[A-Za-z0-9+/_=]{30,500}/g),
  shape('a Linear key', ['lin_api_', 'lin_oauth_'], /lin_(?:api|oauth)_[A-Za-z0-9]{30,80}/g),
  shape('a Postman key', ['pmak-'], /PMAK-[a-f0-9]{20,30}-[a-f0-9]{30,40}/g),
  shape('a Telegram bot token', [':aa'], from('\\d{8,10}:AA[A-Za-z0-9_-]{32,34}')),
  shape(
    'a Discord webhook address',
    ['/api/webhooks/'],
    /\/api\/webhooks\/\d{10,25}\/[A-Za-z0-9_-]{50,100}/g,
  ),
  shape('an Okta token', ['ssws '], /SSWS (00[A-Za-z0-9_-]{35,50})/g),
  shape('a Dynatrace token', ['dt0'], from('dt0[a-z]\\d{2}\\.[A-Z0-9]{20,30}\\.[A-Z0-9]{50,80}')),
  shape('an Airtable token', ['pat'], from('pat[A-Za-z0-9]{14}\\.[a-f0-9]{50,80}')),
  shape('a Notion token', ['ntn_', 'secret_'], /(?:ntn|secret)_[A-Za-z0-9]{40,70}/g),
  shape('a Doppler token', ['dp.'], from('dp\\.(?:pt|st|sa|ct)\\.[A-Za-z0-9_.-]{30,100}')),
  shape('a PlanetScale key', ['pscale_'], /pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{25,100}/g),
  shape('a Figma token', ['figd_'], /figd_[A-Za-z0-9_-]{30,100}/g),
  shape('a password in an address', ['://'], /:\/\/[^\s/:@]{0,120}:([^\s/@]{1,200})@/g),
  shape(
    'a token of a call',
    ['authorization'],
    /authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:Bearer|Basic|Token)\s{1,4})?([^\s"',]{6,4000})/gi,
  ),
  shape(
    'a token of a call',
    ['bearer ', 'basic '],
    from('(?:Bearer|Basic)\\s{1,4}([A-Za-z0-9+/_.~-]{16,4000}={0,2})', 'gi'),
  ),
];
