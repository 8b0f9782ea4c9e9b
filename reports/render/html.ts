import type { Results } from '../results/schema.ts';

export function renderHtml(results: Results): string {
  return `<!doctype html><title>${results.tool.name}</title>`;
}
