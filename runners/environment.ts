import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import type { Environment, Results } from '../reports/results/schema.ts';
import type { MachineLimits } from './staffing.ts';

/** The machine that measures. */
export function readEnvironment(): Environment {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    node: process.version,
  };
}

/** What the machine allows a process of this run. */
export function readLimits(): MachineLimits {
  return { descriptors: descriptorLimit(), freeBytes: freemem() };
}

/** The soft limit, which Node raises to the hard one when it starts, and which children inherit. */
function descriptorLimit(): number {
  const report = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } };
  };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : MANY_DESCRIPTORS;
}

/** Where there is no limit, or none that anybody tells (Windows): what one process of one thread serves well. */
const MANY_DESCRIPTORS = 50_000;

/** Name and version of this tool, from its package. */
export function readTool(): Results['tool'] {
  const { name, version } = packageAt('../../package.json');
  return { name, version };
}

/** Versions of what the reference server and the harness are built on. */
export function readVersions(): Results['versions'] {
  const require = createRequire(import.meta.url);
  const packages = ['ws', 'autocannon', 'hdr-histogram-js'];
  const versions = packages.map((name) => [name, require(`${name}/package.json`).version]);
  return { node: process.version, ...Object.fromEntries(versions) };
}

function packageAt(path: string): { name: string; version: string } {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
