import { SCRIPT_ID } from '../names.ts';
import { unpack } from './data.ts';

/**
 * The script at the end of every page: unpacks the page's other scripts and runs them. The policy names each
 * by its hash, packed or not; a fifth of the page is saved. A browser that cannot unpack has the page as it
 * was made, as one has that runs no scripts.
 */
async function runPacked(): Promise<void> {
  for (let number = 0; ; number += 1) {
    const packed = await unpack(`${SCRIPT_ID}${number}`);
    if (packed === null) return;
    const script = document.createElement('script');
    script.textContent = await packed.text();
    document.body.append(script);
  }
}

if ('DecompressionStream' in window) void runPacked();
