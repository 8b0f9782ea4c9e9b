import { access } from 'node:fs/promises';

/** Whether something stands at a path. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Those of the paths at which something stands. */
export async function thereOf<T extends string>(
  names: readonly T[],
  pathOf: (name: T) => string,
): Promise<T[]> {
  const there = await Promise.all(names.map((name) => isThere(pathOf(name))));
  return names.filter((_, index) => there[index]);
}
