import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { configCommands } from './cli/config-commands.ts';
import { demoCommand } from './cli/demo-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { formsCommands } from './cli/forms-commands.ts';
import { jiraCommands } from './cli/jira-commands.ts';
import { operateCommands } from './cli/operate-commands.ts';
import { policyCommands } from './cli/policy-commands.ts';
import { routesCommands } from './cli/routes-commands.ts';
import { serviceNowCommands } from './cli/servicenow-commands.ts';
import { slackCommands } from './cli/slack-commands.ts';

const Package = z.object({ version: z.string(), description: z.string() });
const { version, description } = Package.parse(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
);

// Whoever read what we print may leave early (`| head -1`): that is no failure of ours.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
});

// Secrets may lie in a file beside the configuration; what the environment already says wins.
if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('deskbridge')
  .description(description)
  .version(version)
  .showSuggestionAfterError();
demoCommand(program);
configCommands(program);
operateCommands(program);
doctorCommand(program);
routesCommands(program);
formsCommands(program);
policyCommands(program);
slackCommands(program);
jiraCommands(program);
serviceNowCommands(program);
await program.parseAsync();
