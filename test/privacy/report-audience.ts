import { runAudience } from './run-audience.ts';

const { cases, paths, leaks, needless } = await runAudience();
for (const line of [...leaks, ...needless].slice(0, 20)) console.log(line);
console.log(`paths through the flows=${paths} kept back needlessly=${needless.length}`);
console.log(`cases=${cases} leaks=${leaks.length}`);
const isGood = leaks.length === 0 && needless.length === 0 && cases >= 100_000 && paths > 0;
process.exitCode = isGood ? 0 : 1;
