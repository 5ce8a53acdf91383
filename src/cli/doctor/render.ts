import { count, oneLine } from '../operate.ts';
import type { Connection, DoctorReport } from './report.ts';

const SIGNS = { passed: 'ok  ', warned: 'WARN', failed: 'FAIL', 'not-checked': '-   ' } as const;
const WIDTH = 100;
const MARGIN = ' '.repeat(8);

/** The report for people: a line for what is well, a paragraph for what is not. */
export function rendered(report: DoctorReport): string {
  const { counts, install, connections } = report;
  const widest = Math.max(
    0,
    ...connections.flatMap(({ findings }) => findings.map(({ check }) => check.length)),
  );
  const parts = connections.map((connection) => section(connection, widest));
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const sums = `${counts.passed} passed, ${count(counts.warned, 'warning')}, ${counts.failed} failed, ${counts['not-checked']} not checked`;
  const ending =
    total - counts['not-checked'] === 0
      ? 'Nothing was looked at, which is no good news.'
      : report.ok
        ? counts.warned === 0
          ? 'Everything that was looked at is well.'
          : 'Nothing is broken; the warnings are worth a look.'
        : 'Something is broken: each FAIL says what to do.';
  const about = install === null ? '' : `Install "${oneLine(install)}", ${report.at}.\n\n`;
  return `${about}${parts.join('\n\n')}\n\n${sums}. ${ending}`;
}

function section({ name, findings }: Connection, widest: number): string {
  return [name, ...findings.map((finding) => line(finding, widest))].join('\n');
}

function line(finding: Connection['findings'][number], widest: number): string {
  const { check, state, subject } = finding;
  const about = subject === null ? '' : `${oneLine(subject)}: `;
  const head = `  ${SIGNS[state]}  ${check.padEnd(widest)}  `;
  switch (finding.state) {
    case 'passed':
      return wrapped(head, `${about}${oneLine(finding.saw)}`);
    case 'not-checked':
      return wrapped(head, `${about}not checked: ${oneLine(finding.reason)}`);
    default:
      return [
        wrapped(head, oneLine(finding.wrong)),
        wrapped(`${MARGIN}means  `, oneLine(finding.means)),
        wrapped(`${MARGIN}do     `, oneLine(finding.fix)),
        `${MARGIN}code   ${finding.code}`,
      ].join('\n');
  }
}

/** Words behind a head, in lines of the terminal's usual width, each below the first word. */
function wrapped(head: string, text: string): string {
  const room = Math.max(40, WIDTH - head.length);
  const lines: string[] = [];
  let now = '';
  for (const word of text.split(' ')) {
    if (now !== '' && now.length + 1 + word.length > room) {
      lines.push(now);
      now = word;
    } else now = now === '' ? word : `${now} ${word}`;
  }
  lines.push(now);
  return lines.map((one, at) => (at === 0 ? head : ' '.repeat(head.length)) + one).join('\n');
}
