#!/usr/bin/env node
// The bin: the command line on this process's own streams.
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
});
