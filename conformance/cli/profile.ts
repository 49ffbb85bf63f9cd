// What `--profile` names: a profile that comes with the kit, the file of another, or its JSON itself.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import * as v from 'valibot';
import {
  defineProfile,
  type Profile,
  type ProfileDefinition,
  PROFILES,
} from '../../spec/model/profile.ts';
import { InputError, parseJson } from '../formats/json.ts';
import { loadDefaultExport } from '../engine/load-adapter.ts';
import { assertFile } from './input.ts';

/** The profile. Throws `InputError` if there is none, or something is wrong with it. */
export async function readProfile(source: string): Promise<Profile> {
  const known = Object.values<Profile>(PROFILES).find(({ name }) => name === source);
  if (known) return known;
  const isJson = /^\s*[{[]/.test(source);
  if (!isJson && extname(source) === '')
    throw new InputError(
      `there is no profile ${source}: choose ${Object.keys(PROFILES).join(', ')}, or give the file of one`,
    );
  const name = isJson ? '--profile' : `--profile ${source}`;
  const definition = isJson ? jsonOf(source, name) : await definitionIn(source, name);
  try {
    return defineProfile(definition as ProfileDefinition);
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`);
  }
}

async function definitionIn(file: string, name: string): Promise<unknown> {
  assertFile(file, '--profile');
  if (extname(file) === '.json') return jsonOf(readFileSync(file, 'utf8'), name);
  try {
    return await loadDefaultExport(file);
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`);
  }
}

function jsonOf(text: string, name: string): unknown {
  return parseJson(v.unknown(), text, name);
}
