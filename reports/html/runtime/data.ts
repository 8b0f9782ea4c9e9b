/** Unpacks the data that an element of the page holds: base64 of gzip. */
export async function unpack(id: string): Promise<Blob | null> {
  const encoded = document.getElementById(id)?.textContent;
  if (encoded === undefined || encoded === null) return null;
  const packed = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).blob();
}
