/** A path or name as one word of a command that a user may copy into a shell. */
export function shellWord(text: string): string {
  const plain = /^[\p{L}\p{N}_@%+=:,./][\p{L}\p{N}_@%+=:,./-]*$/u.test(text);
  return plain ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
