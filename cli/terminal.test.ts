import { describe, expect, it } from 'vitest';
import { smallFile } from '../reports/results/testing/small-file.ts';
import type { Io } from './command.ts';
import { main } from './main.ts';
import { ROOMS } from './rooms.ts';
import { isUnicode, legible, terminalOf } from './terminal.ts';
import { fakeIo } from './testing/fake-io.ts';

describe('isUnicode', () => {
  it.each<[Io['env'], boolean]>([
    [{}, true],
    [{ LANG: 'de_CH.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'de_CH.ISO-8859-1' }, false],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: 'POSIX' }, false],
    [{ LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb' }, false],
    [{ LANG: 'en_US.UTF-8', TERM: 'xterm-256color' }, true],
  ])('%j: %s', (env, unicode) => {
    expect(isUnicode(env)).toBe(unicode);
  });
});

describe('terminalOf', () => {
  const onTerminal = (env: Io['env']) =>
    terminalOf({ ...fakeIo({ env }), stdout: { write: () => {}, isTTY: true, columns: 60 } });

  it('has colours and a width on a terminal only', () => {
    expect(onTerminal({})).toEqual({ colour: true, width: 60 });
    expect(terminalOf(fakeIo())).toEqual({ colour: false });
  });

  it('has 80 columns in ASCII where the terminal says that it has none', () => {
    const stderr = { write: () => {}, isTTY: true, columns: 0 };
    expect(legible({ ...fakeIo(), stderr }, { ascii: true }).stderr.columns).toBe(80);
    expect(terminalOf({ ...fakeIo(), stdout: stderr })).toEqual({ colour: true });
  });

  it('has no colours where people want none or the terminal has none', () => {
    expect(onTerminal({ NO_COLOR: '1' }).colour).toBe(false);
    expect(onTerminal({ NO_COLOR: '' }).colour).toBe(true);
    expect(onTerminal({ TERM: 'dumb' }).colour).toBe(false);
  });
});

describe('text is in ASCII', () => {
  const results = smallFile();
  const rooms = {
    ...ROOMS,
    readSavedRun: async () => ({ bytes: Buffer.from('µ'), results }),
    renderReport: async () => 'µs · 測量\n',
  };
  const report = async (env: Io['env'], ...flags: string[]) => {
    const io = fakeIo({ env });
    expect(await main(['report', ...flags], io, rooms)).toBe(0);
    return io.out();
  };

  it('where the locale has no more, or when asked for', async () => {
    expect(await report({})).toBe('µs · 測量\n');
    expect(await report({ LC_ALL: 'C' })).toBe('us | ????\n');
    expect(await report({}, '--ascii')).toBe('us | ????\n');
    expect(await report({ LC_ALL: 'C' }, '--no-ascii')).toBe('µs · 測量\n');
  });

  it('but data is never touched', async () => {
    for (const format of ['json', 'csv', 'markdown', 'html']) {
      expect(await report({ LC_ALL: 'C' }, '--ascii', '--format', format)).toBe('µs · 測量\n');
    }
    expect(await report({ LC_ALL: 'C' }, '--extract', 'report.html')).toBe('µ');
  });

  it('in messages too', async () => {
    const io = fakeIo({ env: { LC_ALL: 'C' } });
    const broken = { ...ROOMS, readSavedRun: () => Promise.reject(new Error('µ')) };
    expect(await main(['report'], io, broken)).toBe(1);
    expect(io.err()).toContain('internal error: u (');
  });
});
