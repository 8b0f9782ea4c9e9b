import { randomFillSync } from 'node:crypto';
import { ROUTES } from '../../servers/contract.ts';
import { nowUs } from '../clock.ts';
import { HttpResponseDecoder } from '../wire/http-response.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { hostHeader, WireSocket } from '../wire/socket.ts';
import { encodeFrame, frameHeaderBytes, OPCODE, WebSocketDecoder } from '../wire/websocket-frames.ts';
import { checkUpgrade, newKey, upgradeRequest } from '../wire/websocket-handshake.ts';
import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { Opening } from './opening.ts';

/** WebSocket: one connection, both ways (RFC 6455). */
export const websocket: Driver = {
  transport: 'websocket',
  subscriber: (context, plan) => socketClient(context, plan, `${ROUTES.socket}?channel=${plan.channel}`),
  connectionsPerSender: 1,
  answers: false,
  exchange: { client: exchange },
};

function socketClient(context: DriverContext, plan: ClientPlan, path: string): Client {
  const { agenda, tuning } = context;
  const pingUs = tuning.websocket.pingMs * 1e3;
  const { recorder, window } = context;
  const socket = new FrameSocket(context, plan, path, true, () => {});
  const ping = (atUs: number) => {
    socket.ping();
    agenda.at(atUs + pingUs, ping);
  };
  return {
    open: () => socket.connect(),
    start(startUs) {
      if (pingUs > 0) agenda.at(startUs + (plan.phase + 1) * pingUs, ping);
    },
    send(message) {
      if (socket.open) socket.send(recorder.frame(message), window.contains(message.dueUs));
      else recorder.neverSent(message);
    },
    idle: true,
    close: () => socket.close(),
  };
}

/** Requests and answers over `/echo`: on one socket, or on a new one for every request. */
function exchange(context: DriverContext, plan: ClientPlan): Client {
  if (context.workload.kind !== 'request' || context.workload.reuse === 'connection') {
    return socketClient(context, plan, ROUTES.echo);
  }
  const { recorder, window } = context;
  const sockets = new Set<FrameSocket>();
  let closed = false;
  const openSocket = async (counts: boolean): Promise<FrameSocket> => {
    const socket: FrameSocket = new FrameSocket(context, plan, ROUTES.echo, counts, () => close(socket));
    sockets.add(socket);
    await socket.connect();
    return socket;
  };
  const close = (socket: FrameSocket) => {
    socket.close();
    sockets.delete(socket);
  };
  return {
    // Shows that the server is there; every message then has a socket of its own.
    open: async () => close(await openSocket(false)),
    start() {},
    send(message) {
      const counts = window.contains(message.dueUs);
      if (counts) recorder.connections.reopened += 1;
      const frame = recorder.frame(message);
      openSocket(counts).then(
        (socket) => {
          if (socket.open) socket.send(frame, counts);
          else recorder.unsent(message);
        },
        (error: Error) => {
          if (!closed) recorder.fault(error.message);
          recorder.unsent(message);
        },
      );
    },
    idle: true,
    close() {
      closed = true;
      for (const socket of sockets) close(socket);
    },
  };
}

/** One WebSocket: its handshake, its frames, and the account of their bytes. */
class FrameSocket {
  readonly #context: DriverContext;
  readonly #path: string;
  readonly #handshakeCounts: boolean;
  readonly #opening = new Opening();
  readonly #key = newKey();
  readonly #handshake: HttpResponseDecoder;
  readonly #frames: WebSocketDecoder;
  #socket: WireSocket | null = null;
  #receivedUs = 0;
  /** Bytes that came and that no decoder has passed on. */
  #undecoded = 0;

  /**
   * @param handshakeCounts whether its handshake is shown: that of a connection that stays is, whenever it
   *   was opened; that of a connection for one request belongs to the request.
   * @param onDelivered called after each message, delivered and booked.
   */
  constructor(
    context: DriverContext,
    plan: ClientPlan,
    path: string,
    handshakeCounts: boolean,
    onDelivered: () => void,
  ) {
    this.#context = context;
    this.#path = path;
    this.#handshakeCounts = handshakeCounts;
    const { ledger, recorder, window } = context;
    this.#handshake = new HttpResponseDecoder({
      onHead: (status, headers, headBytes) => {
        this.#undecoded -= headBytes;
        ledger.add('down', 'handshake', headBytes, handshakeCounts);
        checkUpgrade(status, headers, this.#key);
        if (handshakeCounts) recorder.requests.total += 1;
        this.#opening.succeed();
      },
      onBody: () => {},
      onFraming: () => {},
      onChunkEnd: () => {},
      onEnd: () => {},
    });
    // What follows the end of the connection in its segment has been booked as a whole.
    this.#frames = new WebSocketDecoder({
      onMessage: (data, start, end, framingBytes) => {
        if (this.#socket === null) return;
        this.#undecoded -= framingBytes + end - start;
        const counts = recorder.delivered(plan.index, data, start, end, this.#receivedUs);
        ledger.add('down', 'payload', end - start, counts);
        ledger.add('down', 'framing', framingBytes, counts);
        onDelivered();
      },
      onControl: (opcode, data, start, end, wireBytes) => {
        if (this.#socket === null) return;
        this.#undecoded -= wireBytes;
        ledger.add('down', 'control', wireBytes, window.contains(this.#receivedUs));
        if (opcode === OPCODE.ping) this.#pong(data.subarray(start, end));
        if (opcode === OPCODE.close) this.#over('the server closed the WebSocket');
      },
    });
  }

  /** Resolves when the server has answered 101, by which time it has subscribed. */
  connect(): Promise<void> {
    const { target, totals, ledger } = this.#context;
    const head = upgradeRequest({ path: this.#path, host: hostHeader(target), key: this.#key });
    return this.#opening.begin(() => {
      this.#socket = new WireSocket(target, totals, {
        onConnect: () => {},
        onData: (bytes, end, receivedUs) => this.#receive(bytes, end, receivedUs),
        onClose: (reason) => this.#over(reason ?? 'the server ended the WebSocket'),
      });
      this.#socket.write(head);
      ledger.add('up', 'handshake', head.length, this.#handshakeCounts);
    });
  }

  /** Whether it can send. */
  get open(): boolean {
    return this.#socket !== null;
  }

  /** Sends a text frame if it is open; `counts` says whether its message was due in the window. */
  send(payload: Buffer, counts: boolean): void {
    if (this.#socket === null) return;
    const { ledger } = this.#context;
    this.#socket.write(encodeFrame(OPCODE.text, payload, nextMask()));
    ledger.add('up', 'payload', payload.length, counts);
    ledger.add('up', 'framing', frameHeaderBytes(payload.length, true), counts);
  }

  ping(): void {
    this.#control(OPCODE.ping, EMPTY);
  }

  /** Ends it at once; one that is still opening will not be open. */
  close(): void {
    this.#opening.fail('the WebSocket was closed before it was open');
    this.#socket?.destroy();
    this.#socket = null;
    this.#context.ledger.add('down', 'framing', this.#undecoded, false);
    this.#undecoded = 0;
  }

  #pong(payload: Buffer): void {
    if (this.#socket !== null && this.#socket.backlogBytes > MAX_BACKLOG_BYTES) return;
    this.#control(OPCODE.pong, payload);
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.#socket === null) return;
    const { ledger, window } = this.#context;
    const frame = encodeFrame(opcode, payload, nextMask());
    this.#socket.write(frame);
    ledger.add('up', 'control', frame.length, window.contains(nowUs()));
  }

  #receive(bytes: Buffer, end: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      const start = this.#opening.pending ? this.#handshake.decode(bytes, 0, end) : 0;
      if (!this.#opening.pending) this.#frames.decode(bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over(error.message);
    }
  }

  #over(reason: string): void {
    if (this.#socket === null) return;
    if (this.#opening.pending) this.#opening.fail(reason);
    else this.#context.recorder.fault(reason);
    this.close();
  }
}

const EMPTY = Buffer.alloc(0);

/**
 * A server that has left so much unread gets no further pong: not every ping needs one (RFC 6455
 * §5.5.3), and one that pings without end and reads nothing would fill the memory with them.
 */
const MAX_BACKLOG_BYTES = 65_536;

/** Masks must be unpredictable (RFC 6455 §5.3); drawn by the thousand, since a draw costs a system call. */
const MASKS = Buffer.alloc(4096);
let nextMaskAt = MASKS.length;

function nextMask(): Buffer {
  if (nextMaskAt === MASKS.length) {
    randomFillSync(MASKS);
    nextMaskAt = 0;
  }
  nextMaskAt += 4;
  return MASKS.subarray(nextMaskAt - 4, nextMaskAt);
}
