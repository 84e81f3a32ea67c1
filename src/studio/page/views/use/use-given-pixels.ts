import { useState } from "preact/hooks";
import type { Session } from "../../../engine/engine.js";
import { problemOf } from "../../state/live.js";
import type { Given } from "./image-choice.js";

/** The pixels of one given image, black until there is one. */
export function useGivenPixels(session: Session): {
  readonly pixels: Float32Array;
  readonly refusal: string | undefined;
  show(given: Given): Promise<void>;
  set(pixels: Float32Array): void;
} {
  const { channels, height, width } = session.info;
  const [pixels, set] = useState<Float32Array>(() => new Float32Array(channels * height * width));
  const [refusal, setRefusal] = useState<string>();
  const show = async (given: Given) => {
    try {
      const found = await session.ask("given", { images: given });
      set(found.pixelsUnit.slice(0, channels * height * width));
      setRefusal(undefined);
    } catch (error) {
      setRefusal(problemOf(error));
    }
  };
  return { pixels, refusal, show, set };
}
