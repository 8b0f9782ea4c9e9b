import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalServer, type Site, serveLocally } from './local-server.ts';

let server: LocalServer | undefined;
const errors: unknown[] = [];
afterEach(async () => {
  await server?.close();
  server = undefined;
  errors.length = 0;
});

const page: Site = ({ pathname }) =>
  pathname === '/' ? { kind: 'page', status: 200, html: '<p>größer</p>' } : null;

async function serve(site: Site, port = 0): Promise<number> {
  server = await serveLocally(site, port, (error) => errors.push(error));
  return server.port;
}

async function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const host = `127.0.0.1:${port}`;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: { host, ...headers },
    agent: false,
  });
  const [response] = await once(sent.end(), 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('serveLocally', () => {
  it('serves a page with headers that keep it to itself', async () => {
    const { status, headers, body } = await ask(await serve(page), '/');
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
    const port = await serve(page);
    const answers = await Promise.all([
      ask(port, '/etc/passwd'),
      ask(port, '/', {}, 'POST'),
      ask(port, '/', { host: 'evil.example' }),
      ask(port, '/', { host: '127.0.0.1.evil.example' }),
      ask(port, '/', {}, 'HEAD'),
      ask(port, '/', { host: `localhost:${port}` }),
    ]);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [404, ''],
      [405, ''],
      [421, ''],
      [421, ''],
      [200, ''],
      [200, '<p>größer</p>'],
    ]);
  });

  it('refuses what the page of another site asks for by itself, and lets its links be followed', async () => {
    const port = await serve(page);
    const from = (mode: string) => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode });
    expect((await ask(port, '/', from('no-cors'))).status).toBe(403);
    expect((await ask(port, '/', from('navigate'))).status).toBe(200);
    expect((await ask(port, '/', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).status).toBe(
      200,
    );
  });

  it.each(['http://evil.example/', '//evil.example/', '/%2e%2e/%2e%2e/', 'http://[', '*'])(
    'has nothing at %s',
    async (target) => {
      const port = await serve((url) => (url.pathname === '/' ? page(url) : null));
      const socket = connect(port, '127.0.0.1');
      socket.end(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
      const status = (await text(socket)).split(' ')[1];
      // Dot segments end at the root, as RFC 3986 §5.2.4 has it, however they are encoded.
      expect(status).toBe(target.includes('%2e') ? '200' : '404');
    },
  );

  it('saves a file under a name that cannot leave its header', async () => {
    const port = await serve(() => ({ kind: 'file', name: 'a"\r\nX: y/../ü.json', content: '{}' }));
    expect(await ask(port, '/')).toMatchObject({
      body: '{}',
      headers: {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="a___X__y_..__.json"',
      },
    });
  });

  it('answers 500 and tells where a site fails', async () => {
    const port = await serve(() => Promise.reject(new Error('the disk is gone')));
    expect((await ask(port, '/')).status).toBe(500);
    expect(errors).toEqual([new Error('the disk is gone')]);
  });

  it('ends what is open when it is closed, and frees the port', async () => {
    const port = await serve(() => ({ kind: 'stream', open: (response) => void response.write(': x\n\n') }));
    const sent = request({ host: '127.0.0.1', port, path: '/', headers: { host: 'localhost' } }).end();
    const [response] = await once(sent, 'response');
    const ended = text(response).catch(() => 'cut');
    await server?.close();
    expect(await ended).toBe('cut');
    expect(await serve(page, port)).toBe(port);
  });

  it('says in one line that a port is taken, as a usage error', async () => {
    const port = await serve(page);
    await expect(serveLocally(page, port, () => {})).rejects.toMatchObject({
      code: 'USAGE',
      message: `--port ${port} is in use; choose another, or 0 for any free one`,
    });
  });
});
