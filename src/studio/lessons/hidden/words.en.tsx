import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    model: {
      label: "What is hidden",
      help: "A chain of states behind the rows, or units behind all pixels at once.",
      values: {
        hmm: "a state for each row (HMM)",
        rbm: "units (restricted Boltzmann machine)",
      },
    },
    hidden: { label: "Hidden states or units", help: "How many the model may use." },
    negative: {
      label: "Where the machine's dreams begin",
      help: "In chains that run on from step to step, or in short ones that begin at the images.",
      values: { pcd: "chains that run on (PCD)", cd: "at the images (CD)" },
    },
  },
  presets: {
    hmm: {
      label: "16 states behind the rows",
      why: "Each state is a kind of row: empty, a stroke on the left, two strokes. Which follows which is learned as well, so draws have parts that fit from row to row.",
    },
    few: {
      label: "2 states: rows without memory",
      why: "Two states can tell ink from no ink, and hardly more. The state is all that one row tells the next, one bit, and the draws are stripes.",
    },
    rbm: {
      label: "48 units: a Boltzmann machine",
      why: "Each unit looks at all pixels at once and pulls them towards its pattern. Where several agree, a digit settles.",
    },
    tiny: {
      label: "2 units: two patterns for everything",
      why: "With two units there are four combinations, so four kinds of images, each with independent pixels. No digit comes of it.",
    },
  },
  Text: () => (
    <>
      <p>
        A <b>hidden Markov model</b> reads a digit row by row. Behind each row stands a state that
        nobody sees. The state decides what the row looks like and, by chance, which state comes
        next:
      </p>
      <p class="formula">
        p(x) = Σ<sub>z</sub> ∏<sub>t</sub> p(z<sub>t</sub> | z<sub>t−1</sub>) p(x<sub>t</sub> | z
        <sub>t</sub>)
      </p>
      <p>
        There are K<sup>8</sup> paths of states through 8 rows, yet their sum takes only 8 · K
        <sup>2</sup> steps, because the past matters through the present state alone. The same sums
        give the <b>states of a given digit</b>, which the colours beside it show, and with them the
        next and better guess of all parameters: EM, as for mixtures. One step is one pass.
      </p>
      <p>
        A <b>restricted Boltzmann machine</b> has no order. Pixels v and hidden units h are all 0 or
        1, and an energy says which go well together:
      </p>
      <p class="formula">
        p(v, h) ∝ exp(v<sup>⊤</sup>W h + a<sup>⊤</sup>v + b<sup>⊤</sup>h)
      </p>
      <p>
        The sum over all images that makes this a probability cannot be computed. Learning goes
        without: <b>raise</b> what the images do, <b>lower</b> what the machine does when left to
        itself. What it does is found by <b>Gibbs sampling</b>: draw the units given the pixels,
        then the pixels given the units, again and again. The strip starts at real digits; watch
        them drift into other shapes.
      </p>
      <p>
        Both can <b>complete</b>: paint out a part of the digits. The chain sums over everything
        hidden, above and below alike. The machine keeps the given pixels and lets the others
        settle.
      </p>
    </>
  ),
};
