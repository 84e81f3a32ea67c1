import { captionReader, combinationsOf, type Subject, wordsFor } from "../../data/drawn/aspects.js";
import type { Asked, JudgeTable } from "./judges.js";

/** The part of a table of judges that reads what captions of a subject ask. */
export function askedByCaption(
  subject: Subject,
): Pick<JudgeTable<unknown>, "aspects" | "asked" | "example"> {
  const combinationIn = captionReader(subject);
  const [first] = combinationsOf(subject, false);
  return {
    aspects: subject.aspects,
    asked: ({ caption }: Asked) => (caption === undefined ? undefined : combinationIn(caption)),
    example: subject.caption(wordsFor(subject, first)),
  };
}
