import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { embedCompressed } from './embedded-results.ts';
import { html, Markup } from './escape.ts';
import { SCRIPT_ID, THEME_CHOICE, THEMES } from './names.ts';
import { STYLE } from './style.ts';

/** What a page of the project is made of; the frame around it is the same for all. */
export interface Page {
  readonly title: string;
  /** Name and version of what made it. */
  readonly generator: string;
  /** The headline and what stands with it. */
  readonly header: Markup;
  readonly main: Markup;
  /** Elements with data for the scripts, at the end. */
  readonly data: readonly Markup[];
  /** Scripts of the page besides those of the frame; each is packed, and named by its hash. */
  readonly scripts: readonly string[];
  /** Whether scripts and forms may ask the server that the page came from: never for a page that is a file. */
  readonly asksItsServer: boolean;
}

/** The scripts that the build bundles: Vega's runtime with the page's behaviour, the theme, and what unpacks scripts. */
export function bundledScript(name: 'charts' | 'runs' | 'theme' | 'unpack'): string {
  return readFileSync(new URL(`./${name}.bundle.js`, import.meta.url), 'utf8').trim();
}

/**
 * One file that asks the network for nothing and runs no script but its own, which the content security
 * policy names by hash.
 */
export function renderPage(page: Page): string {
  const [theme, unpack] = [bundledScript('theme'), bundledScript('unpack')];
  const hashes = [theme, unpack, ...page.scripts].map((script) => `'${sha256(script)}'`);
  const policy = [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    `style-src '${sha256(STYLE)}'`,
    ...(page.asksItsServer ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${page.asksItsServer ? "'self'" : "'none'"}`,
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${page.generator}">
<title>${page.title}</title>
<style>${new Markup(STYLE)}</style>
<script>${new Markup(theme)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
<header>
<div class="bar"><span class="brand">wirebench</span>${themeSwitch()}</div>
${page.header}
</header>
<main id="main">${page.main}</main>
<footer><p>Made by ${page.generator}. ${page.asksItsServer ? 'This page asks nobody but the program on this machine that it came from.' : 'This file asks the network for nothing.'}</p></footer>
${page.data}
${page.scripts.map((script, number) => embedCompressed(`${SCRIPT_ID}${number}`, script))}
<script>${new Markup(unpack)}</script>
</body>
</html>
`.html;
}

/** Hidden until the script that it needs runs. */
function themeSwitch(): Markup {
  const names = { auto: 'Auto', light: 'Light', dark: 'Dark' } as const;
  return html`<fieldset class="theme" data-scripted hidden><legend>Theme</legend>${THEMES.map(
    (theme) =>
      html`<label><input type="radio" name="${THEME_CHOICE}" value="${theme}"><span>${names[theme]}</span></label>`,
  )}</fieldset>`;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
