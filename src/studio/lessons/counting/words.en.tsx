import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    model: {
      label: "What is counted",
      help: "Whole images, single pixels, or pixels after what comes before them.",
      values: {
        markov: "pixels after N others (chain)",
        independent: "single pixels",
        table: "whole images (table)",
      },
    },
    order: { label: "Order N of the chain", help: "How many pixels before a pixel it looks at." },
    smoothing: {
      label: "Added to each count",
      help: "So that what was never seen is improbable, not impossible.",
      values: { "0": "0: nothing", "0.1": "0.1", "0.5": "0.5" },
    },
    side: {
      label: "Pixels a side",
      help: "8 × 8 as they are, or shrunk to 4 × 4.",
      values: { "8": "8 × 8", "4": "4 × 4" },
    },
  },
  presets: {
    chain: {
      label: "Chain of order 8",
      why: "Eight pixels back is the pixel right above. So each pixel knows its left neighbour and the one above it, and strokes go on downwards and to the right.",
    },
    independent: {
      label: "Single pixels: snow in the shape of a digit",
      why: "Each pixel has the right share of white, but none knows of its neighbours. What comes out is the mean digit with independent noise.",
    },
    long: {
      label: "Order 14: learned by heart",
      why: "There are 16,384 contexts for each pixel and 1,150 digits, so nearly every context was seen once or never. The counted images look probable, those held out do not: look at the gap between the two figures.",
    },
    zero: {
      label: "Nothing added: infinite surprise",
      why: "Some digit held out has a pixel that never occurred in its context. Its count is 0, its probability is 0, and −log 0 is infinite. One single pixel is enough.",
    },
    table: {
      label: "4 × 4: a table of all images",
      why: "65,536 possible images, one count for each: no assumption at all, and one number u draws a whole image. With nothing added it draws only images that it has counted, and every other one is impossible, so the held-out figure is infinite. A table cannot generalise.",
    },
    huge: {
      label: "8 × 8: the table does not fit",
      why: "64 pixels make 2^64 images, about 18 million million million counts. No memory holds them and no data fills them. This is why every model after this one makes assumptions.",
    },
  },
  Text: () => (
    <>
      <p>
        Images here have pixels that are black or white. To know their probability, <b>count</b>:
        the share of images in which something happened is the estimate of its probability. The
        question is only what to count.
      </p>
      <p class="formula">
        p(x) = ∏<sub>i</sub> p(x<sub>i</sub> | x<sub>1</sub>, …, x<sub>i−1</sub>) ≈ ∏<sub>i</sub>{" "}
        p(x<sub>i</sub> | x<sub>i−N</sub>, …, x<sub>i−1</sub>)
      </p>
      <p>
        The first equation, the <b>chain rule</b>, always holds. The second is an assumption: a
        pixel depends on the N pixels before it and on nothing else. With N = 0 pixels are
        independent, and N = 63 is the full table. In between, each pixel more doubles the number of
        things to count.
      </p>
      <p>
        A computer draws with numbers <b>u</b> that are uniform in [0, 1). Lay the probabilities of
        all outcomes end to end: they fill [0, 1), and u falls into one of them, as often as it is
        wide. The wide picture shows each draw of one image. Its cut moves from column to column,
        because what is probable depends on what was drawn before. <b>Point at a column</b> and
        watch the image grow.
      </p>
      <p>
        The figures are <b>−log p(x)</b>, on <span data-term="0">images that were counted</span> and
        on <span data-term="1">images held out</span>. Move N and see them part: your tries are
        collected in a chart. Where the second is lowest is the order that these few digits can pay
        for.
      </p>
    </>
  ),
};
