import type { Command } from 'commander';
import { diagnoseInvalidConfig } from '../config/diagnose/diagnose-config.ts';
import { problemLine } from '../config/problem.ts';
import { ConfigError, loadConfig } from '../config.ts';
import { examine } from './doctor/examine.ts';
import { rendered } from './doctor/render.ts';
import { type DoctorReport, reportOf } from './doctor/report.ts';
import { CONFIG_OPTION, type FileOption } from './operate.ts';
import { processTerminal, type Terminal } from './terminal.ts';

interface DoctorOptions extends FileOption {
  readonly json?: boolean;
  readonly security?: boolean;
}

/** Adds `doctor`: does every connection work? 0: nothing is broken; 1: something is, or nothing could be looked at. */
export function doctorCommand(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('doctor')
    .description(
      'check every configured connection, and say what to click; exit code 1 when something is broken',
    )
    .option(...CONFIG_OPTION)
    .option('--security', 'also check what makes an installation easy to attack')
    .option('--json', 'print the report as JSON, with stable codes (docs/doctor.md)')
    .action(async (options: DoctorOptions) => {
      const report = await diagnose(options, terminal);
      terminal.out(options.json === true ? JSON.stringify(report, null, 2) : rendered(report));
      if (!report.ok) terminal.exit(1);
    });
}

async function diagnose(options: DoctorOptions, terminal: Terminal): Promise<DoctorReport> {
  const { config: file, security = false } = options;
  const about = { at: new Date(), security };
  try {
    const config = loadConfig({ file, ...(terminal.env === undefined ? {} : { env: terminal.env }) });
    const connections = await examine({ config, file, envFile: '.env', security });
    return reportOf({ ...about, install: config.install.name }, connections);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => ({
      subject: problem.path === '' ? problem.source : problem.path,
      wrong: problemLine(problem),
    }));
    const findings = [...diagnoseInvalidConfig({ security }, problems)];
    return reportOf({ ...about, install: null }, [{ name: 'configuration', findings }]);
  }
}
