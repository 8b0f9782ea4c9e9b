import fc from 'fast-check';

// In every process that runs property tests. A property that fails says its seed and path itself.
fc.configureGlobal({
  numRuns: Number(process.env.WIREBENCH_PROPERTY_RUNS),
  seed: Number(process.env.WIREBENCH_PROPERTY_SEED),
});
