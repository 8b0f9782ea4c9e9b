import { access } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './exit.ts';

const MODULE_EXTENSIONS: ReadonlySet<string> = new Set(['.js', '.mjs', '.ts', '.mts']);

/** Whether a word on a command line names a module, by its ending. */
export function namesModule(word: string): boolean {
  return MODULE_EXTENSIONS.has(extname(word));
}

/**
 * What a module exports by default.
 *
 * @param word how it was named, for messages.
 * @param path absolute.
 * @param example what its author should have written.
 * @throws UsageError
 */
export async function defaultExport(word: string, path: string, example: string): Promise<unknown> {
  const typescript = 'typescript' in process.features && Boolean(process.features.typescript);
  if (/\.m?ts$/.test(path) && !typescript) {
    throw new UsageError(
      `${word}: Node ${process.version} cannot load TypeScript; use Node 22.18 or later, or a .mjs file`,
    );
  }
  let module: unknown;
  try {
    // Node says of a missing module which file of this program wanted it.
    await access(path);
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw cannotLoad(word, error);
  }
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw new UsageError(`${word}: has no default export; write "export default ${example}"`);
}

/** What to say of a file that could not be read, or not be understood. */
export function cannotLoad(word: string, error: unknown): UsageError {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return new UsageError(`${word}: there is no such file`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`${word}: cannot be loaded: ${reason}`, { cause: error });
}
