import { z } from 'zod';
import { Exchange } from './judge.ts';

const Line = z.object({
  /** Relative to the root: what the process ran in which the call was answered. */
  program: z.string(),
  exchange: Exchange,
});
export type Recorded = Readonly<z.infer<typeof Line>>;

/** The calls of one recorder's file. Only a line feed ends a line: words of people hold every other separator. */
export function* readRecording(text: string): Generator<Recorded> {
  for (const line of text.split('\n')) if (line !== '') yield Line.parse(JSON.parse(line));
}
