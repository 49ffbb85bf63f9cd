#!/usr/bin/env node
// The bin: the command line on this process's own streams.
import { main } from './main.ts';

// A reader that has read enough, such as `head`, closes the stream: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
});
