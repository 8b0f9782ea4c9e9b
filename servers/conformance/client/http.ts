import { Agent, type IncomingMessage, request as send } from 'node:http';
import { Agent as SecureAgent, request as sendSecurely } from 'node:https';
import { Broken } from '../verdict.ts';
import { AT_ONCE_MS, quoted, within } from './limits.ts';
import type { Peer } from './peer.ts';

/** The whole answer to a request. */
export interface Answer {
  /** What was asked, for evidence: `GET /poll?channel=c`. */
  readonly asked: string;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a request carries. */
export interface RequestParts {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the whole answer must be there. */
  readonly withinMs?: number;
}

/** Connections that are kept open between requests and ended together. */
export class HttpClient {
  readonly #peer: Peer;
  readonly #agent: Agent;

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#agent =
      peer.origin.protocol === 'https:'
        ? new SecureAgent({ keepAlive: true, rejectUnauthorized: peer.verify })
        : new Agent({ keepAlive: true });
  }

  /**
   * Sends a request and reads its whole answer.
   *
   * @throws Broken if there is none
   */
  async request(method: 'GET' | 'POST' | 'PUT', target: string, parts: RequestParts = {}): Promise<Answer> {
    const { body = '', headers = {}, withinMs = AT_ONCE_MS } = parts;
    const asked = `${method} ${target}`;
    const length = method !== 'GET' ? { 'Content-Length': String(Buffer.byteLength(body)) } : {};
    const response = await this.open(method, target, {
      ...parts,
      headers: { ...length, ...headers },
      withinMs,
    });
    return await within(withinMs, `end of the answer to ${asked}`, wholeAnswer(asked, response));
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @throws Broken if there is none
   */
  async open(
    method: 'GET' | 'POST' | 'PUT',
    target: string,
    parts: RequestParts = {},
  ): Promise<IncomingMessage> {
    const { body = '', withinMs = AT_ONCE_MS } = parts;
    const { origin } = this.#peer;
    const headers = { ...this.#peer.headers, ...parts.headers };
    const sendIt = origin.protocol === 'https:' ? sendSecurely : send;
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, headers, agent: this.#agent };
      const request = sendIt(new URL(target, origin), options, resolve);
      request.on('error', (error) => reject(new Broken(`${method} ${target}: ${error.message}`)));
      // An answer that nobody expects: the status says more than a handler that is missing.
      request.on('upgrade', (upgraded, socket) => {
        socket.destroy();
        resolve(upgraded);
      });
      request.end(body);
    });
    response.catch(() => {}); // It may fail after the time was over.
    return await within(withinMs, `answer to ${method} ${target}`, response);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function wholeAnswer(asked: string, response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const answer = new Promise<Answer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => resolve({ asked, status, headers, body: Buffer.concat(chunks) }));
    response.once('error', (error) => reject(new Broken(`${asked}: the answer broke off: ${error.message}`)));
    // What follows a 101 is no body, and nobody will say that it has ended.
    if (status === 101) resolve({ asked, status, headers, body: Buffer.alloc(0) });
  });
  answer.catch(() => {});
  return answer;
}

/** An answer as evidence, in one line. */
export function described({ asked, status, body }: Answer): string {
  return `${asked} was answered ${status} ${quoted(body.toString())}`;
}

/** @throws Broken if the status is another */
export function expectStatus(answer: Answer, status: number): void {
  if (answer.status === status) return;
  throw new Broken(`${answer.asked} must be answered ${status}`, [described(answer)]);
}

/** A 400 says why. @throws Broken */
export function expectBadRequest(answer: Answer): void {
  expectStatus(answer, 400);
  if (answer.body.length === 0) {
    throw new Broken(`${answer.asked} must be answered 400 with a reason in the body`, [described(answer)]);
  }
}

/**
 * The JSON object in a body.
 *
 * @throws Broken
 */
export function jsonOf(answer: Answer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below, like JSON that is no object.
  }
  throw new Broken(`${answer.asked} must be answered with a JSON object`, [described(answer)]);
}
