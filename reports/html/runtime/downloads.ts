import { ATTRIBUTES } from '../names.ts';
import { unpack } from './data.ts';

/** Buttons that save data of the page as a file: no network, since the data is here. */
export function listenToDownloads(): void {
  for (const button of document.querySelectorAll(`button[${ATTRIBUTES.download}]`)) {
    button.addEventListener('click', () => void save(button));
  }
}

async function save(button: Element): Promise<void> {
  const attribute = (name: string) => button.getAttribute(name) ?? '';
  const data = await unpack(attribute(ATTRIBUTES.download));
  if (data === null) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([data], { type: attribute(ATTRIBUTES.mediaType) }));
  link.download = attribute(ATTRIBUTES.fileName);
  link.click();
  // Not at once: the browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
