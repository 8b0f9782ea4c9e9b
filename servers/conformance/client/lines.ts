/** The lines of an event stream, whatever ends them: LF, CR LF or CR (WHATWG HTML §9.2.6). */
export class Lines {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #open = '';
  #afterCr = false;

  /** @throws TypeError if the bytes are not UTF-8 */
  push(chunk: Buffer): string[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (this.#afterCr && text.startsWith('\n')) text = text.slice(1);
    if (text !== '') this.#afterCr = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    lines[0] = this.#open + lines[0];
    this.#open = lines.pop() ?? '';
    return lines;
  }
}
