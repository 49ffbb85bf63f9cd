// Whether to colour: on a terminal only, unless the environment says otherwise (no-color.org, force-color.org).

/** Whether colours are wanted on a stream. `NO_COLOR` wins over `FORCE_COLOR`, and both over the terminal. */
export function coloured(stream: { readonly isTTY?: boolean }, env = process.env): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
