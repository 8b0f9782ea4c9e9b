import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type PageServer, servePage } from './page-server.ts';

let server: PageServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(port: number, path: string, host = `127.0.0.1:${port}`, method = 'GET') {
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('servePage', () => {
  it('serves the page with headers that keep it to itself', async () => {
    server = await servePage('<p>größer</p>', 0);
    const { status, headers, body } = await ask(server.port, '/');
    expect({ status, body }).toEqual({ status: 200, body: '<p>größer</p>' });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': '15',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
  });

  it('refuses another path, another method, and another host name (DNS rebinding)', async () => {
    server = await servePage('x', 0);
    const answers = await Promise.all([
      ask(server.port, '/etc/passwd'),
      ask(server.port, '/', undefined, 'POST'),
      ask(server.port, '/', 'evil.example'),
      ask(server.port, '/', undefined, 'HEAD'),
      ask(server.port, '/', `localhost:${server.port}`),
    ]);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [404, ''],
      [405, ''],
      [421, ''],
      [200, ''],
      [200, 'x'],
    ]);
  });

  it('says that a port is taken, as a usage error', async () => {
    server = await servePage('x', 0);
    await expect(servePage('y', server.port)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/^--port \d+: .*EADDRINUSE.*; choose another, or 0 for any free one$/),
    });
  });
});
