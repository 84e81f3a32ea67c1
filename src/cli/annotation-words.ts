import type { Annotations } from "../core/annotations.js";
import { decodeCaption } from "../core/text.js";

/** What is known of an image, in words. */
export interface AnnotationWords {
  readonly class?: string;
  readonly caption?: string;
  /** The attributes that it has; one between 0 and 1 with its value. */
  readonly attributes?: readonly string[];
}

/** What is known of image `at`. */
export function annotationWords(
  { class: classes, attributes, caption }: Annotations,
  at: number,
): AnnotationWords {
  return {
    ...(classes && { class: classes.names[classes.values[at]!]! }),
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
    const value = values[at * names.length + attribute]!;
    if (value === 0) return [];
    return [value === 1 ? name : `${name} ${Number(value.toPrecision(2))}`];
  });
}
