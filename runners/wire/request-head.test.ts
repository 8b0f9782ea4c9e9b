import { describe, expect, it } from 'vitest';
import { fieldLine, RequestHead } from './request-head.ts';

describe('RequestHead', () => {
  it('puts the fields of the kind, those of the scenario and those of the request behind one another', () => {
    const head = new RequestHead('h:1', { Connection: 'close' }, { Cookie: 'a=1', 'User-Agent': 'x' });
    expect(head.of('POST', '/echo', fieldLine('Content-Length', 7))).toBe(
      'POST /echo HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\nCookie: a=1\r\nUser-Agent: x\r\nContent-Length: 7\r\n\r\n',
    );
  });

  it('has the least that a request can have where nothing is added', () => {
    expect(new RequestHead('h:1', {}, {}).of('GET', '/poll')).toBe('GET /poll HTTP/1.1\r\nHost: h:1\r\n\r\n');
  });

  it('says what a kind of request says, in whatever case the scenario says otherwise', () => {
    const head = new RequestHead('h:1', { Accept: 'text/event-stream' }, { accept: '*/*', Cookie: 'a=1' });
    expect(head.of('GET', '/events')).toBe(
      'GET /events HTTP/1.1\r\nHost: h:1\r\nAccept: text/event-stream\r\nCookie: a=1\r\n\r\n',
    );
  });
});
