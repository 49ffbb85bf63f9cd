// `producer-tck check`: judges a recorded history by the same rules as a live run. Streams the file.
import { statSync } from 'node:fs';
import { Judge } from '../../spec/check.ts';
import { findRule } from '../../spec/catalogue.ts';
import { HistoryError } from '../../spec/history.ts';
import { PROFILES, type ProfileName } from '../../spec/profile.ts';
import { HistoryFormatError, readHistory } from '../history-format.ts';
import { UsageError } from './usage.ts';

/** Judges and reports; resolves to the exit code: what is not exercised is no fault of a recording. */
export async function checkCommand(file: string, flags: { profile: ProfileName }): Promise<number> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`there is no file ${file}`);
  }
  const judge = new Judge(PROFILES[flags.profile]);
  let events = 0;
  try {
    for await (const { event, line } of readHistory(file)) {
      events += 1;
      judge.next(event, line);
    }
  } catch (error) {
    if (error instanceof HistoryError || error instanceof HistoryFormatError) {
      throw new UsageError(`${file}, ${error.message}`);
    }
    throw error;
  }
  if (events === 0) throw new UsageError(`${file} holds no events`);
  return print(judge, file, events);
}

function print(judge: Judge, file: string, events: number): number {
  const results = judge.results();
  const broken = results.filter(({ verdict }) => verdict === 'violated');
  const held = results.filter(({ verdict }) => verdict === 'satisfied').length;
  for (const { id, breach } of broken) {
    process.stdout.write(
      `✗ ${id}  ${findRule(id)?.statement}\n  line ${breach?.line}: ${breach?.why}\n`,
    );
  }
  const rules = `${held} rules held, ${broken.length} broken, ${results.length - held - broken.length} not judged`;
  process.stdout.write(`${file}: ${events} events, profile ${judge.profile.name}: ${rules}\n`);
  if (broken.some(({ id }) => findRule(id)?.level === 'MUST')) return 1;
  return held > 0 ? 0 : 3;
}
