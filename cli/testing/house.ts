import { posix } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

/** Source text by path from the root, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** One import of a source file. */
export interface Import {
  readonly from: string;
  /** A path from the root, or a package's name. */
  readonly to: string;
  /** `types` leaves nothing at run time; `lazy` is loaded when it is reached. */
  readonly kind: 'values' | 'types' | 'lazy';
}

/**
 * Whom a room may import besides itself: folders, or single files. The table of ARCHITECTURE.md.
 * `index.ts` at the root is the door, like `cli/`, and nobody imports it.
 */
const MAY_IMPORT = {
  servers: [],
  scenarios: ['servers/contract.ts'],
  'reports/results': ['scenarios', 'servers/contract.ts'],
  runners: ['servers', 'scenarios', 'reports/results'],
  reports: ['reports/results', 'scenarios', 'servers/contract.ts'],
  cli: ['servers', 'scenarios', 'reports/results', 'runners', 'reports'],
  'index.ts': ['servers', 'scenarios', 'reports/results', 'runners', 'reports', 'cli'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The folders and the file that hold all sources. */
export const ROOMS_AND_DOOR = Object.keys(MAY_IMPORT) as readonly (keyof typeof MAY_IMPORT)[];

const MAX_LINES = 250;

/** Names that say nothing about what a file is for. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['utils.ts', 'types.ts', 'helpers.ts', 'common.ts']);

/** Every way in which the sources break the rules of the house, one line each; none if they keep them. */
export function problemsOf(sources: Sources): string[] {
  const imports = importsOf(sources);
  return [...imports.flatMap(forbiddenArrow), ...cycles(imports), ...[...sources].flatMap(fileProblems)];
}

/** Every import of every source. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const { program, errors } = parseSync(from, text);
    if (errors.length > 0) throw new Error(`${from} does not parse: ${errors[0]?.message}`);
    const found: Import[] = [];
    const add = (specifier: string, kind: Import['kind']) => {
      const to = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
      found.push({ from, to, kind });
    };
    new Visitor({
      ImportDeclaration: ({ source, importKind }) =>
        add(source.value, importKind === 'type' ? 'types' : 'values'),
      ExportAllDeclaration: ({ source, exportKind }) =>
        add(source.value, exportKind === 'type' ? 'types' : 'values'),
      ExportNamedDeclaration: ({ source, exportKind }) => {
        if (source !== null) add(source.value, exportKind === 'type' ? 'types' : 'values');
      },
      TSImportType: ({ source }) => add(source.value, 'types'),
      ImportExpression: ({ source }) => {
        if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, 'lazy');
      },
    }).visit(program);
    return found;
  });
}

/** The packages and files that are loaded as soon as `entry` is, itself included. */
export function loadedBy(entry: string, imports: readonly Import[]): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { from, to, kind } of imports) if (from === file && kind === 'values') loaded.add(to);
  }
  return loaded;
}

function roomOf(path: string): (typeof ROOMS_AND_DOOR)[number] | undefined {
  const rooms = ROOMS_AND_DOOR.filter((room) => path === room || path.startsWith(`${room}/`));
  // reports/results is a room inside the folder of another.
  return rooms.sort((left, right) => right.length - left.length)[0];
}

function forbiddenArrow({ from, to }: Import): string[] {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === undefined || target === undefined) return [];
  if (isTesting(to) && ships(from)) return [`${from} ships, and imports ${to}, which does not`];
  if (room === target) return [];
  const allowed: readonly string[] = MAY_IMPORT[room];
  return allowed.some((place) => place === to || place === target)
    ? []
    : [`${from} may not import ${to}: ${room} may import ${allowed.join(', ') || 'nothing'}`];
}

function isTesting(path: string): boolean {
  return path.includes('/testing/');
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || isTesting(path);
}

/** What `files` in package.json takes along. */
function ships(path: string): boolean {
  return !isTest(path) && !path.includes('/bench/');
}

function fileProblems([path, text]: readonly [string, string]): string[] {
  const lines = text.trimEnd().split('\n').length;
  const name = posix.basename(path);
  return [
    ...(FORBIDDEN_NAMES.has(name) ? [`${path}: a name must say what the file is for`] : []),
    ...(lines > MAX_LINES && !isTest(path) ? [`${path} has ${lines} lines; at most ${MAX_LINES}`] : []),
  ];
}

/** Depth first; each cycle is reported once, from where it was entered. */
function cycles(imports: readonly Import[]): string[] {
  const targetsOf = new Map<string, string[]>();
  for (const { from, to } of imports) targetsOf.set(from, [...(targetsOf.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) {
      found.push(`a cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    } else if (!done.has(file)) {
      for (const target of new Set(targetsOf.get(file))) visit(target, [...path, file]);
      done.add(file);
    }
  };
  for (const file of targetsOf.keys()) visit(file, []);
  return found;
}
