import { defineConfig } from 'vitest/config';

// Tests run on the compiled tree: what is tested is what ships, and the processes that a
// trial starts (server, publisher, workers) are the same files in a test and in a run.
const compiled = (suffix) => `dist/**/*.${suffix}.js`;
const slow = ['system.test', 'browser.test'].map(compiled);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [compiled('test')],
          exclude: slow,
          // No test file changes what another could see, and starting a process for each is half the time.
          isolate: false,
        },
      },
      {
        // These start processes and measure time: one file after the other, nothing beside them.
        test: {
          name: 'system',
          include: slow,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
