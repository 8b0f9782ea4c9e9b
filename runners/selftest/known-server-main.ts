import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { formatReadyLine, ROUTES } from '../../servers/contract.ts';
import { nowUs } from '../clock.ts';
import { Agenda } from '../pacing/agenda.ts';

/**
 * A server whose delay is known: it echoes what comes by WebSocket, one message after the other in
 * the order in which they came, each after as many milliseconds as its first argument says. With
 * two more, it freezes: so long after the first message, for so long, the whole process.
 */
const [serviceMs = '1', freezeAfterMs = '', freezeForMs = ''] = process.argv.slice(2);
const serviceUs = Number(serviceMs) * 1e3;
let frozenYet = freezeAfterMs === '';
const agenda = new Agenda();
let freeUs = 0;

const server = createServer((_request, response) => response.writeHead(404).end());
new WebSocketServer({ server, path: ROUTES.echo, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (message) => {
    if (!frozenYet) {
      frozenYet = true;
      agenda.at(nowUs() + Number(freezeAfterMs) * 1e3, freeze);
    }
    freeUs = Math.max(nowUs(), freeUs) + serviceUs;
    agenda.at(freeUs, () => socket.send(message, { binary: false }));
  });
});
/** Nothing is read, timed or answered meanwhile; the kernel goes on accepting, as for any stuck process. */
function freeze(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(freezeForMs));
}

process.on('SIGTERM', () => process.exit(0));
server.listen(Number(process.env['WIREBENCH_PORT']), process.env['WIREBENCH_HOST'], () => {
  console.log(formatReadyLine((server.address() as AddressInfo).port, ['websocket']));
});
