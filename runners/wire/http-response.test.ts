import { request } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpResponseDecoder, type ResponseLimits } from './http-response.ts';
import { damaged, feedInSegments, PROPERTY_RUNS, segmentLengths } from './testing/segments.ts';

interface Message {
  status: number;
  probe: string | undefined;
  body: string;
  chunks: number;
  ended: boolean;
  keepAlive: boolean;
}

interface Decoded {
  messages: Message[];
  headBytes: number;
  bodyBytes: number;
  framingBytes: number;
  consumed: number;
  idle: boolean;
  fault: string | null;
}

/** Decodes the whole life of a connection, its end included. */
function decode(stream: string | Buffer, lengths: readonly number[], limits?: ResponseLimits): Decoded {
  const decoded: Decoded = {
    messages: [],
    headBytes: 0,
    bodyBytes: 0,
    framingBytes: 0,
    consumed: 0,
    idle: false,
    fault: null,
  };
  let latest: Message = { status: 0, probe: '', body: '', chunks: 0, ended: false, keepAlive: true };
  const decoder = new HttpResponseDecoder(
    {
      onHead: (status, headers, headBytes) => {
        decoded.headBytes += headBytes;
        const { keepAlive } = decoder;
        latest = { status, probe: headers.get('probe'), body: '', chunks: 0, ended: false, keepAlive };
        decoded.messages.push(latest);
      },
      onBody: (bytes, start, end) => {
        decoded.bodyBytes += end - start;
        latest.body += bytes.toString('latin1', start, end);
      },
      onFraming: (byteCount) => {
        decoded.framingBytes += byteCount;
      },
      onChunkEnd: () => {
        latest.chunks += 1;
      },
      onEnd: () => {
        expect(latest.ended).toBe(false);
        latest.ended = true;
      },
    },
    limits,
  );
  try {
    feedInSegments(Buffer.from(stream), lengths, (buffer, start, end) => {
      decoded.consumed += decoder.decode(buffer, start, end) - start;
    });
    decoded.idle = decoder.idle;
    decoder.close();
  } catch (error) {
    expect(error).toHaveProperty('name', 'ProtocolError');
    decoded.fault = (error as { code: string }).code;
  }
  return decoded;
}

interface Answer {
  status: number;
  probe: string | undefined;
  body: string;
}

/** What Node's own client makes of the bytes of one answer, without a port. */
function readByNode(bytes: Buffer): Promise<Answer> {
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
      this.push(bytes);
      this.push(null);
    },
  });
  return new Promise((resolve, reject) => {
    request({ host: 'peer', createConnection: () => socket, insecureHTTPParser: false }, (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { probe } = response.headers;
        resolve({
          status: response.statusCode ?? 0,
          probe: probe === undefined ? probe : String(probe),
          body,
        });
      });
    })
      .on('error', reject)
      .end();
  });
}

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const value = fc.stringMatching(/^[!-~]([\t -~]{0,30}[!-~])?$/);
const blanks = fc.constantFrom('', ' ', '  ', '\t');
const body = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.nat({ max: 70_000 }).map((length) => '0\r\n\r\n'.repeat(length / 5)),
);
const field = fc
  .tuple(token, blanks, value)
  .map(([name, blank, value]) => `x-${name}:${blank}${value}${blank}\r\n`);
const fields = fc.array(field, { maxLength: 4 }).map((lines) => lines.join(''));
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103), fields)
  .map(([status, lines]) => `HTTP/1.1 ${status} Wait\r\n${lines}\r\n`);

function chunked(body: string, sizes: readonly number[], extension: string, trailers: string): string {
  let text = '';
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const data = body.slice(at, at + (sizes[turn % sizes.length] ?? 1));
    const digits = data.length.toString(16);
    text += `${turn % 2 === 0 ? digits : digits.toUpperCase()}${extension}\r\n${data}\r\n`;
    at += data.length;
  }
  return `${text}0${extension}\r\n${trailers}\r\n`;
}

/** One answer as a server might write it; `lasts` if another may follow. */
const answer = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    status: fc.constantFrom(200, 200, 201, 204, 304, 404, 410, 503),
    reason: fc.constantFrom('', 'OK', 'Not  at all'),
    fields: fc
      .tuple(fields, fc.constantFrom('', 'Probe: a\r\n', 'probe:a\r\nX: y\r\nPROBE: \tb, c \r\n'))
      .map((all) => all.join('')),
    connection: fc.constantFrom('', '', 'Connection: keep-alive\r\n', 'Connection: x, Close\r\n'),
    body,
    framing: fc.constantFrom('length', 'length', 'chunked', 'chunked', 'close'),
    sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 })), {
      minLength: 1,
      maxLength: 4,
    }),
    extension: fc.constantFrom('', '', ';a', ';name=value'),
    trailers: fields,
  })
  .map(({ interims, status, reason, fields, connection, body, framing, sizes, extension, trailers }) => {
    const head = (line: string) =>
      `${interims.join('')}HTTP/1.1 ${status} ${reason}\r\n${fields}${connection}${line}\r\n`;
    const lasts = !connection.includes('Close');
    if (status === 204) return { text: head(''), lasts };
    if (status === 304) return { text: head(`Content-Length: ${body.length}\r\n`), lasts };
    if (framing === 'length') return { text: head(`content-LENGTH: ${body.length}\r\n`) + body, lasts };
    if (framing === 'close') return { text: head('') + body, lasts: false };
    // Chunks of a byte are told apart in the first hundreds.
    const data = (sizes[0] ?? 1) > 20 ? body : body.slice(0, 2_000);
    return {
      text: head('Transfer-Encoding: Chunked\r\n') + chunked(data, sizes, extension, trailers),
      lasts,
    };
  })
  .map(({ text, lasts }) => ({ bytes: Buffer.from(text, 'latin1'), lasts }));

/** Answers of one connection: only the last may end it. */
const connection = fc.array(answer, { minLength: 1, maxLength: 4 }).map((answers) => {
  const last = answers.findIndex(({ lasts }) => !lasts);
  return last === -1 ? answers : answers.slice(0, last + 1);
});

/** Byte by byte is for small input. */
function atMost(count: number, bytes: Buffer, lengths: readonly number[]): readonly number[] {
  return lengths.map((length) => Math.max(length, Math.floor(bytes.length / count)));
}

describe('HttpResponseDecoder', () => {
  it('reads what Node reads, however the answers are cut, and accounts for every byte', async () => {
    await fc.assert(
      fc.asyncProperty(connection, segmentLengths, async (answers, lengths) => {
        const bytes = Buffer.concat(answers.map(({ bytes }) => bytes));
        const decoded = decode(bytes, atMost(5_000, bytes, lengths));
        const expected = await Promise.all(answers.map(({ bytes }) => readByNode(bytes)));
        expect(decoded.messages.map(({ status, probe, body }) => ({ status, probe, body }))).toEqual(
          expected,
        );
        expect(decoded).toMatchObject({ fault: null, consumed: bytes.length });
        expect(decoded.headBytes + decoded.bodyBytes + decoded.framingBytes).toBe(bytes.length);
        expect(decoded.messages.every(({ ended }) => ended)).toBe(true);
        expect(decoded.messages.map(({ keepAlive }) => keepAlive)).toEqual(answers.map(({ lasts }) => lasts));
      }),
      { ...PROPERTY_RUNS, numRuns: Math.ceil(PROPERTY_RUNS.numRuns / 2) },
    );
  });

  it('tells the same of damaged answers, however they are cut', () => {
    const stream = connection.map((answers) =>
      Buffer.concat(answers.map(({ bytes }) => bytes.subarray(0, 2_000))),
    );
    fc.assert(
      fc.property(damaged(stream, '\r\n\r\n: \t;,019af'), segmentLengths, (bytes, lengths) => {
        expect(decode(bytes, lengths)).toEqual({
          ...decode(bytes, [bytes.length]),
          consumed: expect.any(Number),
        });
      }),
      PROPERTY_RUNS,
    );
  });

  const ok = 'HTTP/1.1 200 OK\r\n';

  it('GROUND-TRUTH 4: accounts for one chunk per event', () => {
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
      expect(bodyBytes + framingBytes).toBe(total);
      expect(messages).toMatchObject([{ chunks: 1, ended: false }]);
    }
  });

  it.each<[string, string, Partial<Message>]>([
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
