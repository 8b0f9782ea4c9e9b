import type { Command } from '../command.ts';
import { calibrate } from './calibrate.ts';
import { capacity } from './capacity.ts';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { config } from './config.ts';
import { init } from './init.ts';
import { list } from './list.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { selftest } from './selftest.ts';
import { serve } from './serve.ts';
import { trend } from './trend.ts';
import { verify } from './verify.ts';
import { view } from './view.ts';

/** Every command but `completion`, which is yargs' own, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  run,
  capacity,
  check,
  list,
  report,
  compare,
  view,
  serve,
  verify,
  selftest,
  trend,
  config,
  init,
  calibrate,
];
