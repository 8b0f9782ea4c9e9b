import { expect, test } from 'vitest';
import { formatReadyLine, parseReadyLine, TRANSPORTS } from './contract.ts';

test('a ready line is read as it was written', () => {
  expect(parseReadyLine(formatReadyLine(43_127, ['websocket', 'sse']))).toEqual({
    contract: 1,
    port: 43_127,
    transports: ['sse', 'websocket'],
    tls: false,
  });
  expect(formatReadyLine(43_127, TRANSPORTS)).toBe(
    'wirebench-ready {"contract":1,"port":43127,"transports":["polling","long-polling","sse","websocket"]}',
  );
});

test('a ready line says that it is TLS, or nothing of it', () => {
  const line = formatReadyLine(443, ['sse'], true);
  expect(line).toBe('wirebench-ready {"contract":1,"port":443,"transports":["sse"],"tls":true}');
  expect(parseReadyLine(line)?.tls).toBe(true);
  expect(parseReadyLine(line.replace('true', 'false'))?.tls).toBe(false);
});

test.each(['', 'listening on 8080', 'wirebench-readyish {}', ' wirebench-ready {}'])(
  '%j is a log line',
  (line) => {
    expect(parseReadyLine(line)).toBeNull();
  },
);

test.each([
  ['wirebench-ready', 'JSON object'],
  ['wirebench-ready 8080', 'contract undefined'],
  ['wirebench-ready {"contract":2,"port":1,"transports":["sse"]}', 'contract 2'],
  ['wirebench-ready {"contract":1,"port":0,"transports":["sse"]}', 'port'],
  ['wirebench-ready {"contract":1,"port":"80","transports":["sse"]}', 'port'],
  ['wirebench-ready {"contract":1,"port":80,"transports":[]}', 'transports'],
  ['wirebench-ready {"contract":1,"port":80,"transports":["carrier-pigeon"]}', 'transports'],
  ['wirebench-ready {"contract":1,"port":80,"transports":["sse"],"tls":"yes"}', 'tls is "yes"'],
  ['wirebench-ready {"contract":1,"port":80,"transports":["sse"],"tls":null}', 'tls is null'],
  ['wirebench-ready null', 'contract undefined'],
])('%j claims to be one and is malformed', (line, reason) => {
  expect(() => parseReadyLine(line)).toThrow(reason);
});
