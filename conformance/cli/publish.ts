// Where a report goes: to the terminal, and into each file that was asked for. A new form of report is one line
// in FILES, and one option of the commands that publish.
import { writeFileSync } from 'node:fs';
import type { Report } from '../report/report.ts';
import { annotations, reportJunit } from '../report/ci.ts';
import { reportJson } from '../report/report-format.ts';
import { reportText } from '../report/text.ts';
import { InputError } from '../formats/json.ts';
import { coloured, type Io } from './io.ts';

/** The files that a command was asked to write. */
export interface ReportFiles {
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
}

/** Each form of report, by its option. Pages are drawn by a fair part of the kit, loaded only if one is wanted. */
const FILES: Readonly<Record<keyof ReportFiles, (report: Report) => string | Promise<string>>> = {
  json: reportJson,
  html: async (report) => (await import('../report/html/page.ts')).reportPage(report),
  junit: reportJunit,
};

/** Shows a report, and writes it into `files`. `about` is the file that annotations in CI are shown at. */
export async function publish(
  report: Report,
  files: ReportFiles,
  { out, env }: Io,
  about?: string,
): Promise<void> {
  out.write(reportText(report, { colour: coloured(out, env) }));
  if (env['GITHUB_ACTIONS'] === 'true') out.write(annotations(report, about));
  for (const [form, render] of Object.entries(FILES)) {
    const file = files[form as keyof ReportFiles];
    if (file !== undefined) writeReport(form, file, await render(report));
  }
}

/** Writes one report. Throws `InputError` if the file cannot be written. */
export function writeReport(form: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError(`--${form} ${file} could not be written: ${(error as Error).message}`);
  }
}
