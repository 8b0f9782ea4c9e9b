import { renderVerdictAnnotations } from './render/annotations.ts';
import { renderVerdictJunit } from './render/junit.ts';
import { renderVerdictMarkdown } from './render/markdown.ts';
import { renderVerdictText } from './render/text.ts';
import { renderVerdictJson, type Verdict } from './verdict.ts';

/** The formats that a verdict can have. */
export type VerdictFormat = 'text' | 'json' | 'markdown' | 'junit' | 'github';

/** Renders a verdict in one format. */
export function renderVerdict(verdict: Verdict, format: VerdictFormat, { colour = false } = {}): string {
  return RENDERERS[format](verdict, { colour });
}

type Render = (verdict: Verdict, options: { readonly colour: boolean }) => string;

const RENDERERS: Readonly<Record<VerdictFormat, Render>> = {
  text: renderVerdictText,
  json: renderVerdictJson,
  markdown: renderVerdictMarkdown,
  junit: renderVerdictJunit,
  github: renderVerdictAnnotations,
};
