import { ATTRIBUTES, THEME_CHOICE, THEMES } from '../names.ts';

/**
 * The script in the head of every page: light or dark as the reader chose, before anything is shown, and
 * the switch that chooses. A choice is remembered where the browser lets a page remember.
 */

type Theme = (typeof THEMES)[number];

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(THEME_CHOICE);
    return THEMES.find((theme) => theme === stored) ?? 'auto';
  } catch {
    // Storage may be switched off, and is for some browsers where the page is a file.
    return 'auto';
  }
}

function choose(theme: Theme): void {
  const page = document.documentElement;
  if (theme === 'auto') page.removeAttribute(ATTRIBUTES.theme);
  else page.setAttribute(ATTRIBUTES.theme, theme);
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(THEME_CHOICE, theme);
  } catch {
    // It holds for as long as the page is open.
  }
}

choose(remembered());

document.addEventListener('DOMContentLoaded', () => {
  for (const part of document.querySelectorAll<HTMLElement>(`[${ATTRIBUTES.scripted}]`)) part.hidden = false;
  for (const radio of document.querySelectorAll<HTMLInputElement>(`input[name="${THEME_CHOICE}"]`)) {
    const theme = THEMES.find((each) => each === radio.value) ?? 'auto';
    radio.checked = theme === remembered();
    radio.addEventListener('change', () => {
      choose(theme);
      remember(theme);
    });
  }
});
