import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { examineOnlyForms } from './doctor/examine.ts';
import { rendered } from './doctor/render.ts';
import { reportOf } from './doctor/report.ts';
import { CONFIG_OPTION, type FileOption, told } from './operate.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** Adds `forms check`: can everything be asked that the ticket systems ask? 0: yes; 1: something is broken. */
export function formsCommands(program: Command, terminal: Terminal = processTerminal): void {
  const forms = program.command('forms').description('the forms behind the command');
  forms
    .command('check')
    .description(
      'read what forms with `from` ask at their ticket systems, and say what cannot be asked; exit code 1 when something is broken',
    )
    .option(...CONFIG_OPTION)
    .option('--json', 'print the report as JSON, with stable codes (docs/doctor.md)')
    .action((options: FileOption & { readonly json?: boolean }) =>
      told(terminal, async () => {
        const file = options.config;
        const config = loadConfig({ file, ...(terminal.env === undefined ? {} : { env: terminal.env }) });
        const about = { at: new Date(), security: false, install: config.install.name };
        const seen = await examineOnlyForms({ config, file, envFile: '.env', security: false });
        const report = reportOf(about, seen);
        terminal.out(options.json === true ? JSON.stringify(report, null, 2) : rendered(report));
        const isEmpty = seen.every(({ findings }) => findings.every(({ state }) => state === 'not-checked'));
        if (!report.ok && !isEmpty) terminal.exit(1);
      }),
    );
}
