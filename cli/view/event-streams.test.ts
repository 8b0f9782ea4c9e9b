import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStreams } from './event-streams.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A response as far as a stream uses one. */
class FakeResponse extends EventEmitter {
  written: string[] = [];
  writableLength = 0;
  end = vi.fn(() => this.emit('close'));
  destroy = vi.fn(() => this.emit('close'));

  write(text: string): void {
    this.written.push(text);
  }
}

function open(streams: EventStreams): FakeResponse {
  const response = new FakeResponse();
  streams.add(response as unknown as ServerResponse);
  return response;
}

describe('EventStreams', () => {
  it('tells what changed, and a new stream everything', () => {
    const streams = new EventStreams();
    const first = open(streams);
    streams.tell({ a: '1', b: '1' });
    streams.tell({ a: '1', b: '1' });
    streams.tell({ a: '1', b: '2\n\ndata: x' });
    const second = open(streams);
    expect(first.written).toEqual([
      'retry: 2000\n\n',
      'data: {"a":"1","b":"1"}\n\n',
      'data: {"b":"2\\n\\ndata: x"}\n\n',
    ]);
    expect(second.written).toEqual(['retry: 2000\n\n', 'data: {"a":"1","b":"2\\n\\ndata: x"}\n\n']);
    streams.end();
  });

  it('forgets what it told as soon as nobody listens', () => {
    const streams = new EventStreams();
    const first = open(streams);
    streams.tell({ a: 'old' });
    first.emit('close');
    expect(streams.size).toBe(0);
    const second = open(streams);
    streams.tell({ a: 'old' });
    expect(second.written).toEqual(['retry: 2000\n\n', 'data: {"a":"old"}\n\n']);
    streams.end();
  });

  it('says that it is there where nothing happens', () => {
    const streams = new EventStreams(15_000);
    const { written } = open(streams);
    vi.advanceTimersByTime(14_000);
    streams.tell({ a: '1' });
    vi.advanceTimersByTime(14_000);
    expect(written).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(written.at(-1)).toBe(': still here\n\n');
    streams.end();
  });

  it('has room for so many', () => {
    const streams = new EventStreams();
    const opened = [];
    while (streams.hasRoom) opened.push(open(streams));
    expect(opened).toHaveLength(16);
    opened[0]?.emit('close');
    expect(streams.hasRoom).toBe(true);
    streams.end();
    expect(streams.size).toBe(0);
  });

  it('ends a reader that does not read, and no other', () => {
    const streams = new EventStreams();
    const [slow, quick] = [open(streams), open(streams)];
    slow.writableLength = 4_000_001;
    streams.tell({ a: '1' });
    expect(slow.destroy).toHaveBeenCalledOnce();
    expect(quick.written).toHaveLength(2);
    expect(streams.size).toBe(1);
    streams.end();
  });
});
