import { DEFAULT_LIMITS, HttpResponseDecoder, type ResponseLimits } from '../http-response.ts';
import { ProtocolError, type ProtocolFault } from '../protocol-error.ts';
import { expectInside, feedInSegments } from './segments.ts';

/** What was told of one response; its body as Latin-1. */
export interface SeenResponse {
  status: number;
  probe: string | undefined;
  body: string;
  chunks: number;
  ended: boolean;
  keepAlive: boolean;
}

/** What was told of a connection's whole life, its end included. */
export interface SeenConnection {
  messages: SeenResponse[];
  headBytes: number;
  bodyBytes: number;
  framingBytes: number;
  consumed: number;
  /** Most bytes that were consumed and neither told nor refused: what the decoder has to keep. */
  mostHeld: number;
  idle: boolean;
  fault: ProtocolFault | null;
}

/** Decodes a connection in segments of these lengths. Throws what is no {@link ProtocolError}. */
export function decodeResponses(
  stream: string | Buffer,
  lengths: readonly number[],
  limits?: Partial<ResponseLimits>,
): SeenConnection {
  const seen: SeenConnection = {
    messages: [],
    headBytes: 0,
    bodyBytes: 0,
    framingBytes: 0,
    consumed: 0,
    mostHeld: 0,
    idle: false,
    fault: null,
  };
  let latest: SeenResponse = { status: 0, probe: '', body: '', chunks: 0, ended: false, keepAlive: true };
  const decoder = new HttpResponseDecoder(
    {
      onHead: (status, headers, headBytes) => {
        seen.headBytes += headBytes;
        const { keepAlive } = decoder;
        latest = { status, probe: headers.get('probe'), body: '', chunks: 0, ended: false, keepAlive };
        seen.messages.push(latest);
      },
      onBody: (bytes, start, end) => {
        expectInside(bytes, start, end);
        seen.bodyBytes += end - start;
        latest.body += bytes.toString('latin1', start, end);
      },
      onFraming: (byteCount) => {
        seen.framingBytes += byteCount;
      },
      onChunkEnd: () => {
        latest.chunks += 1;
      },
      onEnd: () => {
        if (latest.ended) throw new Error('a message ended twice');
        latest.ended = true;
      },
    },
    { ...DEFAULT_LIMITS, ...limits },
  );
  try {
    feedInSegments(Buffer.from(stream), lengths, (buffer, start, end) => {
      seen.consumed += decoder.decode(buffer, start, end) - start;
      const told = seen.headBytes + seen.bodyBytes + seen.framingBytes;
      if (told > seen.consumed) throw new Error(`${told} bytes told of ${seen.consumed}`);
      seen.mostHeld = Math.max(seen.mostHeld, seen.consumed - told);
    });
    seen.idle = decoder.idle;
    decoder.close();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    seen.fault = error.code;
  }
  return seen;
}
