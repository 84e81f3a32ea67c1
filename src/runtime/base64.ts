/** The bytes of a short encoded model, kept as text so that a page needs no library to write it. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
