/**
 * Records what Chromium sends with the requests of each transport, cookies included, and writes it to
 * scenarios/browser-headers.ts: `node docs/record-headers.mjs [path of chromium]`.
 *
 * The page and its requests are of one origin on loopback, which the cookies below were set by. A headless
 * Chromium calls itself so; that word is taken out, since people's browsers do not say it.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

/** A session and what an analytics script leaves: the cookies that most sites have. */
const COOKIES = [
  'session=9f2b6c1e7a3d4580b1c9e6f7a2d3c4b5; Path=/; HttpOnly; SameSite=Lax',
  '_ga=GA1.1.1234567890.1700000000; Path=/',
  'consent=necessary.statistics; Path=/',
];

/** By path, what is asked for by which kind of request. */
const KIND_OF = { '/poll': 'poll', '/publish': 'post', '/events': 'stream', '/socket': 'upgrade' };

const PAGE = `<!doctype html><title>record</title><script>
  (async () => {
    await fetch('/poll');
    await fetch('/publish', { method: 'POST', body: 'x' });
    const events = new EventSource('/events');
    await new Promise((resolve) => (events.onerror = resolve));
    events.close();
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket');
    await new Promise((resolve) => (socket.onclose = resolve));
    document.title = 'done';
  })();
</script>`;

const recorded = {};
const record = ({ url, rawHeaders }) => {
  const kind = KIND_OF[url];
  if (kind !== undefined) recorded[kind] ??= rawHeaders;
};
const server = createServer((request, response) => {
  record(request);
  if (request.url !== '/') return response.writeHead(204).end();
  response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': COOKIES }).end(PAGE);
});
server.on('upgrade', (request, socket) => {
  record(request);
  socket.destroy();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const version = browser.version();
try {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.waitForFunction(() => document.title === 'done', null, { timeout: 10_000 });
} finally {
  await browser.close();
  server.close();
}

/** Written by the harness, whatever they were; of one connection alone; or asking for compression. */
const LEFT_OUT = /^(host|connection|upgrade|content-length|accept-encoding|sec-websocket-.*)$/i;

const quote = (text) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);
const kinds = Object.values(KIND_OF).map((kind) => {
  const raw = recorded[kind];
  if (raw === undefined) throw new Error(`Chromium made no request of the kind ${kind}`);
  const lines = [];
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = raw.slice(index, index + 2);
    if (LEFT_OUT.test(name)) continue;
    const text = value.replaceAll(origin, '{origin}').replaceAll('HeadlessChrome', 'Chrome');
    lines.push(`    ${quote(name)}: ${quote(text)},`);
  }
  return `  ${kind}: {\n${lines.join('\n')}\n  },`;
});

writeFileSync(
  new URL('../scenarios/browser-headers.ts', import.meta.url),
  `/**
 * What Chromium ${version} sends with a fetch, a POST, an EventSource and a WebSocket of a page with three
 * cookies; recorded by \`node docs/record-headers.mjs\`, which says more, and not to be edited.
 * \`{origin}\` stands for the page's origin, which is the server's.
 */
export const BROWSER_HEADERS = {
${kinds.join('\n')}
} as const;
`,
);
