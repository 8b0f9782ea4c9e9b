import { ProtocolError, type ProtocolFault } from '../protocol-error.ts';
import { type FrameLimits, WebSocketDecoder } from '../websocket-frames.ts';
import { expectInside, feedInSegments } from './segments.ts';

/** A message or control frame, by the opcode that begins it; its data as Latin-1. */
export interface SeenFrame {
  opcode: 'message' | number;
  data: string;
}

/** What was told of a WebSocket connection. */
export interface SeenFrames {
  told: SeenFrame[];
  framingBytes: number;
  payloadBytes: number;
  controlBytes: number;
  betweenMessages: boolean;
  fault: ProtocolFault | null;
}

/** Decodes frames in segments of these lengths. Throws what is no {@link ProtocolError}. */
export function decodeFrames(
  bytes: Buffer,
  lengths: readonly number[],
  limits: Partial<FrameLimits> = {},
): SeenFrames {
  const seen: SeenFrames = {
    told: [],
    framingBytes: 0,
    payloadBytes: 0,
    controlBytes: 0,
    betweenMessages: false,
    fault: null,
  };
  const decoder = new WebSocketDecoder(
    {
      onMessage: (data, start, end, framingBytes) => {
        expectInside(data, start, end);
        seen.told.push({ opcode: 'message', data: data.toString('latin1', start, end) });
        seen.framingBytes += framingBytes;
        seen.payloadBytes += end - start;
      },
      onControl: (opcode, data, start, end, wireBytes) => {
        expectInside(data, start, end);
        seen.told.push({ opcode, data: data.toString('latin1', start, end) });
        seen.controlBytes += wireBytes;
      },
    },
    limits,
  );
  let taken = 0;
  try {
    feedInSegments(bytes, lengths, (buffer, start, end) => {
      decoder.decode(buffer, start, end);
      taken += end - start;
      const told = seen.framingBytes + seen.payloadBytes + seen.controlBytes;
      if (told > taken) throw new Error(`${told} bytes told of ${taken}`);
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    seen.fault = error.code;
  }
  seen.betweenMessages = decoder.betweenMessages;
  return seen;
}
