import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { Environment, Results } from '../reports/results/schema.ts';

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
