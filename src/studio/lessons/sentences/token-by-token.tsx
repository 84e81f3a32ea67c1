import { useCallback, useEffect, useId, useState } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { paletteOf } from "../../page/parts/palette.js";
import { Surface } from "../../page/parts/surface.js";
import { formatNumber, local } from "../../page/strings/index.js";
import { labels } from "./labels.js";
import { SIDE } from "./shapes.js";

/** Codes a side of a picture, and pixels a side that each stands for. */
const CODES = 4;
const PIXELS = SIDE / CODES;
const TOKENS = CODES ** 2;
const CELL = 40;
const MS_PER_TOKEN = 120;

interface TokenByTokenProps {
  readonly sentence: string;
  readonly picture: Pictures | undefined;
}

/** A sentence, and its picture in the order in which its tokens are drawn. */
export function TokenByToken({ sentence, picture }: TokenByTokenProps) {
  const words = local(labels);
  const id = useId();
  const [drawn, setDrawn] = useState(TOKENS);
  // A new sentence is drawn from its first token, unless the visitor would rather that nothing moved.
  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    setDrawn(0);
    const timer = setInterval(() => {
      setDrawn((before) => {
        if (before >= TOKENS) clearInterval(timer);
        return Math.min(TOKENS, before + 1);
      });
    }, MS_PER_TOKEN);
    return () => clearInterval(timer);
  }, [sentence]);
  const paint = useCallback(
    (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
      const style = getComputedStyle(canvas);
      const next = paletteOf(canvas)[1];
      for (let pixel = 0; pixel < SIDE ** 2; pixel++) {
        const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
        const token = Math.floor(row / PIXELS) * CODES + Math.floor(column / PIXELS);
        const value = picture?.pixelsUnit[pixel] ?? 0;
        const shade = `rgb(${255 * value} ${255 * value} ${255 * value})`;
        const empty = token === drawn ? next : style.getPropertyValue("--line");
        context.fillStyle = token < drawn && picture !== undefined ? shade : empty;
        context.fillRect(column * CELL, row * CELL, CELL - 1, CELL - 1);
      }
    },
    [picture, drawn],
  );
  return (
    <div class="beside">
      <div>
        <p class="words" lang="en">
          {sentence.split(/(?=,)| /).map((word, at) => (
            <span key={at} class="word">
              {word}
            </span>
          ))}
        </p>
        <label for={id}>
          <span class="label">{words.tokens}</span>{" "}
          <output for={id}>
            {formatNumber(drawn)} / {formatNumber(TOKENS)}
          </output>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={TOKENS}
          step={1}
          value={drawn}
          onInput={(event) => setDrawn(event.currentTarget.valueAsNumber)}
        />
      </div>
      <Surface label={words.words} width={SIDE * CELL} height={SIDE * CELL} paint={paint} />
    </div>
  );
}
