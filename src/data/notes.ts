/**
 * Told what a reader did that its user should know, one sentence at a time: which files it left out,
 * what it took values for. Nothing that it is told needs an answer.
 */
export type OnNote = (note: string) => void;
