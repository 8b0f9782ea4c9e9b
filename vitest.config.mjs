import { defineConfig } from 'vitest/config';

// Tests run on the compiled tree: what is tested is what ships, and the processes that a
// trial starts (server, publisher, workers) are the same files in a test and in a run.
const compiled = (suffix) => `dist/**/*.${suffix}.js`;
const properties = [compiled('property.test')];
const processes = ['process.test', 'browser.test'].map(compiled);
const measured = [compiled('system.test')];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [compiled('test')],
          exclude: [...properties, ...processes, ...measured],
          // No test file changes what another could see, and starting a process for each is half the time.
          isolate: false,
          // Of its own accord vitest leaves a core free, which on two cores is half of them.
          maxWorkers: 2,
          // A busy machine takes several times as long as a quiet one; what hangs is still found.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Hostile input: 1,000 cases of every property in `npm run check`, 100,000 in `npm test`.
        test: {
          name: 'property',
          include: properties,
          globalSetup: './vitest.properties.mjs',
          setupFiles: './vitest.properties.setup.mjs',
          maxWorkers: 2,
          testTimeout: 300_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // These start processes and mostly wait for them: two files at a time.
        test: {
          name: 'process',
          include: processes,
          maxWorkers: 2,
          maxConcurrency: 4,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // These measure, and judge whether it can be believed: one file after the other, nothing beside them.
        test: {
          name: 'system',
          include: measured,
          fileParallelism: false,
          maxConcurrency: 3,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
