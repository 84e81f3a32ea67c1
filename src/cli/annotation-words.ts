import type { Annotations } from "../core/annotations.js";
import { decodeCaption } from "../core/text.js";

/** The annotations of an image as text. */
export interface AnnotationWords {
  readonly class?: string;
  readonly caption?: string;
  /** Its attributes; one with a value between 0 and 1 includes the value. */
  readonly attributes?: readonly string[];
}

/** The annotations of image `at` as text. */
export function annotationWords(
  { class: classes, attributes, caption }: Annotations,
  at: number,
): AnnotationWords {
  return {
    ...(classes && { class: classes.names[classes.values[at]] }),
    ...(caption && {
      caption: decodeCaption(
        caption.values.subarray(at * caption.length, (at + 1) * caption.length),
        caption,
      ),
    }),
    ...(attributes && { attributes: presentAttributes(attributes, at) }),
  };
}

function presentAttributes(
  { names, values }: NonNullable<Annotations["attributes"]>,
  at: number,
): string[] {
  return names.flatMap((name, attribute) => {
    const value = values[at * names.length + attribute];
    if (value === 0) return [];
    return [value === 1 ? name : `${name} ${Number(value.toPrecision(2))}`];
  });
}
