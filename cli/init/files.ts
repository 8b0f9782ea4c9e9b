/** The files that `init` writes: each works as it is, and says what else it could say. */

const CONFIG = `// Settings of wirebench: docs/config.md has every key. Flags and WIREBENCH_… variables come first.
// \`npx wirebench config --print\` shows what is set, and by what.

/** @type {import('wirebench').Config} */
export default {
  // What \`npx wirebench run\` measures: built-in names (\`npx wirebench list\`), or files of your own.
  scenarios: ['live-feed'],
  // 'reference' comes with the tool. Add './server.json' once the command in it starts your server.
  servers: ['reference'],
  // transports: ['polling', 'long-polling', 'sse', 'websocket'],
  trials: 3,
  // connections: 100,
  // duration: '10s',

  // What \`npx wirebench check\` holds against the baseline.
  check: {
    server: './server.json',
    // Short trials of a steady stream; without this, what \`run\` measures.
    scenarios: ['steady'],
    // The same server file in another commit, and how to build that.
    baseRef: 'origin/main',
    // build: 'npm ci && npm run build',
    // Instead of the default gates; \`npx wirebench calibrate\` proposes margins for this machine.
    // gates: ['latency.p99 <= +20%', 'sse bytes.perMessage <= +1%'],
    // budgets: ['websocket latency.p99 <= 50ms'],
  },
};
`;

const SERVER = `${JSON.stringify(
  { name: 'mine', command: ['node', 'server.js'], cwd: '.', env: { NODE_ENV: 'production' } },
  null,
  2,
)}
`;

// docs/ci.md shows the same. The expressions are inputs of an action, which takes them for data.
const WORKFLOW = `name: wirebench
on: pull_request
permissions:
  contents: read
  pull-requests: write # for the comment alone
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # the baseline is another commit
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci # and whatever builds your server: the candidate is the working tree as it is
      - uses: ./node_modules/wirebench
        id: wirebench
        with:
          base-ref: origin/\${{ github.base_ref }}
          comment: true
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: wirebench
          path: \${{ steps.wirebench.outputs.folder }}
`;

/** Text by path from the folder of the project. */
export const INIT_FILES: Readonly<Record<string, string>> = {
  'wirebench.config.mjs': CONFIG,
  'server.json': SERVER,
  '.github/workflows/wirebench.yml': WORKFLOW,
};
