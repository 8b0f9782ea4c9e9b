import { describe, expect, it } from 'vitest';
import { HttpResponseDecoder } from './http-response.ts';
import { decodeResponses as decode, type SeenResponse } from './testing/seen-responses.ts';

describe('HttpResponseDecoder', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';

  it('ground truth 4: accounts for one chunk per event', ({ task }) => {
    const measured: number[] = [];
    for (const [payload, total] of [
      [7, 20],
      [39, 53],
      [247, 261],
      [248, 263],
      [4_088, 4_104],
    ] as const) {
      const event = `data: ${'x'.repeat(payload)}\n\n`;
      const head = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
      const chunk = `${event.length.toString(16)}\r\n${event}\r\n`;
      const { headBytes, bodyBytes, framingBytes, messages } = decode(head + chunk, [
        head.length,
        chunk.length,
      ]);
      expect({ headBytes, bodyBytes }).toEqual({ headBytes: head.length, bodyBytes: payload + 8 });
      measured.push(bodyBytes + framingBytes);
      expect(bodyBytes + framingBytes).toBe(total);
      expect(messages).toMatchObject([{ chunks: 1, ended: false }]);
    }
    task.meta.truths = [
      {
        no: 4,
        what: 'decoded: events of 7, 39, 247, 248 and 4,088 B as one chunk each',
        expected: '20 / 53 / 261 / 263 / 4,104 B',
        measured: `${measured.map((bytes) => bytes.toLocaleString('en')).join(' / ')} B`,
      },
    ];
  });

  it.each<[string, string, Partial<SeenResponse>]>([
    ['HTTP/1.0 ends its connection', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { keepAlive: false }],
    [
      'unless it says otherwise',
      'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n',
      { keepAlive: true },
    ],
    ['a body without an end of its own', `${ok}\r\nbody`, { keepAlive: false, body: 'body', ended: true }],
    ['the same length twice', `${ok}Content-Length: 2, 2\r\nContent-Length: 2\r\n\r\nab`, { body: 'ab' }],
    ['a field folded over lines', `${ok}Probe: a\r\n\t b\r\nContent-Length: 0\r\n\r\n`, { probe: 'a b' }],
    ['a status line without a reason', 'HTTP/1.1 204\r\n\r\n', { status: 204 }],
    [
      'bytes beyond ASCII in a field',
      `${ok}Probe: \xe9\xa0\r\nContent-Length: 0\r\n\r\n`,
      { probe: '\xe9\xa0' },
    ],
  ])('%s', (_, text, expected) => {
    expect(decode(Buffer.from(text, 'latin1'), [5])).toMatchObject({ fault: null, messages: [expected] });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', 'http-bad-head'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n', 'http-bad-head'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'http-bad-head'],
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'http-bad-head'],
    ['a blank before the colon', `${ok}Content-Length : 0\r\n\r\n`, 'http-bad-head'],
    ['a line that is no field', `${ok}nonsense\r\n\r\n`, 'http-bad-head'],
    ['a NUL in a field', `${ok}X: \0\r\n\r\n`, 'http-bad-head'],
    ['a folded status line', 'HTTP/1.1 200 OK\r\n folded\r\n\r\n', 'http-bad-head'],
    ['two lengths', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 'http-bad-content-length'],
    ['a negative length', `${ok}Content-Length: -1\r\n\r\n`, 'http-bad-content-length'],
    ['a hexadecimal length', `${ok}Content-Length: 0x10\r\n\r\n`, 'http-bad-content-length'],
    ['an empty length', `${ok}Content-Length:\r\n\r\n`, 'http-bad-content-length'],
    ['a length of 2^64', `${ok}Content-Length: 18446744073709551616\r\n\r\n`, 'http-bad-content-length'],
    [
      'a length beside chunks',
      `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      'http-bad-transfer-encoding',
    ],
    ['an unknown coding', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'http-bad-transfer-encoding'],
    [
      'chunks in HTTP/1.0',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      'http-bad-transfer-encoding',
    ],
    ['a chunk size that is no number', `${ok}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 'http-bad-chunk'],
    ['a negative chunk size', `${ok}Transfer-Encoding: chunked\r\n\r\n-1\r\n`, 'http-bad-chunk'],
    [
      'a chunk size of 2^64',
      `${ok}Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n`,
      'http-bad-chunk',
    ],
    ['a chunk size line ended by LF', `${ok}Transfer-Encoding: chunked\r\n\r\n1\na\r\n`, 'http-bad-chunk'],
    ['a chunk longer than its size', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`, 'http-bad-chunk'],
    [
      'a trailer that is no field',
      `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nnonsense\r\n`,
      'http-bad-trailer',
    ],
    [
      'bytes behind the last message',
      `${ok}Connection: close\r\nContent-Length: 0\r\n\r\nx`,
      'http-after-close',
    ],
  ])('refuses %s', (_, text, fault) => {
    expect(decode(text, [text.length]).fault).toBe(fault);
    expect(decode(text, [1]).fault).toBe(fault);
  });

  it('notices at every byte that a connection ends within a message', () => {
    const message = `HTTP/1.1 100 Wait\r\n\r\n${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n`;
    for (let cut = 0; cut <= message.length; cut += 1) {
      const whole = cut === 0 || cut === message.length;
      expect(decode(message.slice(0, cut), [7])).toMatchObject({
        fault: whole ? null : 'http-closed-early',
        idle: whole,
      });
    }
    expect(decode(`${ok}Content-Length: 2\r\n\r\na`, [7]).fault).toBe('http-closed-early');
  });

  it('gives up on a head, interim heads, a chunk line or trailers that never end', () => {
    const endless: [string, string, string][] = [
      [ok, 'a: b\r\n', 'http-head-too-large'],
      ['', 'HTTP/1.1 100 Wait\r\n\r\n', 'http-head-too-large'],
      [`${ok}Transfer-Encoding: chunked\r\n\r\n`, '1;', 'http-bad-chunk'],
      [`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'a: b\r\n', 'http-bad-trailer'],
    ];
    for (const [beginning, again, fault] of endless) {
      const bytes = beginning + again.repeat(70_000 / again.length);
      for (const length of [1, 1_000, bytes.length]) expect(decode(bytes, [length]).fault).toBe(fault);
    }
  });

  it('has a limit that a head just reaches', () => {
    const head = `${ok}Content-Length: 0\r\n\r\n`;
    for (const length of [1, head.length]) {
      expect(decode(head, [length], { maxHeadBytes: head.length }).fault).toBe(null);
      expect(decode(head, [length], { maxHeadBytes: head.length - 1 }).fault).toBe('http-head-too-large');
    }
  });

  it('limits the trailers of a message, not of a connection', () => {
    const message = `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nA: ${'b'.repeat(50)}\r\n\r\n`;
    expect(decode(message.repeat(3), [7], { maxHeadBytes: 100 })).toMatchObject({ fault: null, idle: true });
    expect(decode(message, [7], { maxHeadBytes: 50 }).fault).toBe('http-bad-trailer');
  });

  it('takes an answer that is there as a whole, and leaves any other to be decoded', () => {
    const ignore = () => undefined;
    const told: string[] = [];
    const make = () =>
      new HttpResponseDecoder(
        {
          onHead: (status) => told.push(`head ${status}`),
          onBody: (bytes, start, end) => told.push(`body ${bytes.toString('latin1', start, end)}`),
          onFraming: ignore,
          onChunkEnd: ignore,
          onEnd: () => told.push('end'),
        },
        { maxHeadBytes: 100, maxBodyBytes: 9 },
      );
    const take = (decoder: HttpResponseDecoder, text: string) =>
      decoder.takeWhole(Buffer.from(text, 'latin1'), 0, text.length)?.byteCount ?? null;
    const head = `${ok}Content-Length: 3\r\n\r\n`;
    const decoder = make();
    expect(take(decoder, `${head}abc`)).toBe(head.length);
    expect(take(decoder, `${head}abc`)).toBe(head.length);
    expect({ told, idle: decoder.idle, keepAlive: decoder.keepAlive }).toEqual({
      told: [],
      idle: true,
      keepAlive: true,
    });

    for (const other of [
      head,
      `${head}ab`,
      `${head}abcd`,
      `${head}abc${head}abc`,
      `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${ok}\r\nabc`,
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
      `${ok}Content-Length: 10\r\n\r\n0123456789`,
      `${ok}Content-Length: 3\r\nX: ${'x'.repeat(100)}\r\n\r\nabc`,
    ]) {
      expect(take(make(), other), other).toBeNull();
    }

    // Within a head, and within a body, what comes is not the beginning of an answer.
    for (const begun of [head.slice(0, 20), 'HTTP/1.1 100 Continue\r\n\r\n', `${head}a`]) {
      const within = make();
      within.decode(Buffer.from(begun), 0, begun.length);
      expect(take(within, `${head}abc`), begun).toBeNull();
    }

    const last = make();
    expect(take(last, `${ok}Connection: close\r\nContent-Length: 1\r\n\r\nx`)).not.toBeNull();
    expect(last.keepAlive).toBe(false);
    expect(() => last.decode(Buffer.from('x'), 0, 1)).toThrow('behind the message that was to be the last');
  });

  it('passes on 2 GiB without storing them', () => {
    let passed = 0;
    let ends = 0;
    const ignore = () => undefined;
    const decoder = new HttpResponseDecoder({
      onHead: ignore,
      onBody: (_, start, end) => {
        passed += end - start;
      },
      onFraming: ignore,
      onChunkEnd: ignore,
      onEnd: () => {
        ends += 1;
      },
    });
    const head = Buffer.from(`${ok}Content-Length: ${2 ** 31}\r\n\r\n`);
    decoder.decode(head, 0, head.length);
    const segment = Buffer.alloc(1 << 20);
    const before = process.memoryUsage().arrayBuffers;
    for (let part = 0; part < 2_048; part += 1) decoder.decode(segment, 0, segment.length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    expect({ passed, ends, idle: decoder.idle }).toEqual({ passed: 2 ** 31, ends: 1, idle: true });
  });
});
