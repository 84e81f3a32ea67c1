/**
 * Receives notes of a reader for its user, one sentence each: which files it left out, how it
 * interpreted values. No note needs an answer.
 */
export type OnNote = (note: string) => void;
