import type { CheckCatalogue } from '../../model/finding.ts';

/** What the doctor looks at in the configuration beyond what `config check` refuses. */
export const CONFIG_CHECKS = {
  'config.file': {
    about: 'file and environment are complete and valid, as `deskbridge config check` says',
    problems: {
      invalid: {
        severity: 'failed',
        means: 'Deskbridge does not start, and nothing else can be looked at.',
        fix: 'Correct the place that is named, then run: deskbridge config check',
      },
    },
  },
  'config.connectors': {
    about: 'every ticket system is real and is used by a queue',
    problems: {
      memory: {
        severity: 'warned',
        means: 'Its tickets are forgotten when the process ends.',
        fix: 'Use system: jira or system: servicenow for anything but a trial.',
      },
      unused: {
        severity: 'warned',
        means: 'It is polled, and no request ever goes there.',
        fix: 'Name it in a queue, or take it out of connectors.',
      },
    },
  },
  'config.hook-secrets': {
    about: 'every connector has a hook secret, and a long one',
    security: true,
    problems: {
      missing: {
        severity: 'warned',
        means: 'Its hooks are refused; changes are found by the poll, only later.',
        fix: 'Make one with openssl rand -hex 32, name its variable in hook_secret_env, and give the same to the vendor.',
      },
      short: {
        severity: 'warned',
        means: 'A short secret can be guessed, and then hooks can be forged.',
        fix: 'Make a new one with openssl rand -hex 32, here and at the vendor.',
      },
    },
  },
  'config.secrets': {
    about: 'no secret is a default, a word, or used twice',
    security: true,
    problems: {
      guessable: {
        severity: 'failed',
        means: 'Anybody can guess it and act as Deskbridge.',
        fix: 'Replace it at the vendor and in the environment.',
      },
      shared: {
        severity: 'warned',
        means: 'Who learns one learns the other, and both have to be replaced together.',
        fix: 'Give each its own.',
      },
    },
  },
  'config.key': {
    about: 'the encryption key is random',
    security: true,
    problems: {
      guessable: {
        severity: 'failed',
        means: 'Whoever gets a copy of the database can read all messages and sign-ins of people.',
        fix: 'Make one with openssl rand -base64 32, put it in front of the old one with a comma, and restart.',
      },
    },
  },
  'config.addresses': {
    about: 'no address of a sandbox, and none without TLS',
    security: true,
    problems: {
      sandbox: {
        severity: 'warned',
        means: 'This is no real system: what people ask for reaches nobody.',
        fix: 'Put the real address there before people use it.',
      },
      plain: {
        severity: 'failed',
        means: 'Whoever listens on the network reads credentials and messages.',
        fix: 'Use an https address.',
      },
    },
  },
  'config.network': {
    about: 'no private address may be called in the name of a ticket system or of Slack',
    security: true,
    problems: {
      private: {
        severity: 'warned',
        means: 'A name that is made to lead into your own network is followed there.',
        fix: 'Leave network.private_addresses out, unless a ticket system has a private address.',
      },
    },
  },
  'config.listening': {
    about: 'our own server is not open to the network without TLS in front',
    security: true,
    problems: {
      open: {
        severity: 'warned',
        means: 'Messages travel unencrypted, and /metrics is open to everybody who reaches this machine.',
        fix: 'Set server.host to 127.0.0.1 behind a proxy with TLS; in a container publish the port to the proxy only, and set server.public_url to its https address.',
      },
    },
  },
  'config.permissions': {
    about: 'only their owner can read `.env` and change the configuration file',
    security: true,
    problems: {
      readable: {
        severity: 'failed',
        means: 'Everybody with an account on this machine can read the secrets.',
        fix: 'Run: chmod 600 .env',
      },
      writable: {
        severity: 'failed',
        means: 'Everybody with an account on this machine can send requests and credentials elsewhere.',
        fix: 'Run: chmod go-w on the file.',
      },
    },
  },
} as const satisfies CheckCatalogue;
