import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";
import { ordered } from "./tally.js";

const sentences = Object.fromEntries(
  ordered.map(({ sentence, unseen }) => [sentence, unseen ? `${sentence} (held out)` : sentence]),
);

export const words: LessonWords<Control, Preset> = {
  controls: {
    part: {
      label: "Part",
      help: "The two halves of DALL·E: a transformer over tokens, and an autoencoder that makes them.",
      values: {
        sentences: "from a sentence to a picture",
        codes: "from a picture to codes",
      },
    },
    sentence: {
      label: "Sentence",
      help: "What to draw. Training goes on meanwhile.",
      values: sentences,
    },
    temperature: {
      label: "Temperature of the draws",
      help: "Below 1 bolder, above 1 more random.",
    },
  },
  presets: {
    sentences: {
      label: "A sentence and its picture",
      why: "First shades and places come right, then figures. In the end each draw is one of the four pictures that the sentence allows: its figure may be one pixel further right or down.",
    },
    unseen: {
      label: "A sentence that was held out",
      why: "No picture of this combination was ever shown. The network knows the shade, the figure and the place from other sentences, and puts them together, or nearly: look how many of the held-out sentences are right.",
    },
    hot: {
      label: "Temperature 3: words lose their hold",
      why: "Every token is drawn nearly at random. One stray code early on makes a picture that training never showed, and what follows cannot mend it.",
    },
    codes: {
      label: "Discrete codes of digits",
      why: "64 pixels become 16 codes out of 16: the transformer's row is a quarter as long. What a code means depends on its neighbours. Change one and see a part of a stroke change.",
    },
  },
  Text: () => (
    <>
      <p>
        DALL·E has no special trick for sentences. It turns <b>everything into tokens</b>: numbers
        of a finite list. A sentence is a row of words. A picture is a row as well. Then a{" "}
        <b>transformer</b> learns one thing only: what comes next, given all before.
      </p>
      <p class="formula">
        p(picture | words) = ∏<sub>i</sub> p(token<sub>i</sub> | words, token<sub>1</sub>, …, token
        <sub>i−1</sub>)
      </p>
      <p>
        Pixels would make the row far too long. So another network first learns a small dictionary:
        a <b>discrete autoencoder</b> squeezes our 8 × 8 pixels into a grid of 4 × 4 codes, each one
        of a finite list, and decodes them again. It is trained before anything moves here, in a
        second or two; a code stands mainly for the four pixels at its place. The transformer then
        sees words and codes only, words first, so that every code can look back at them. Choose a{" "}
        <b>sentence</b> and watch its picture appear code by code: after each, the decoder is asked
        again what all codes so far look like.
      </p>
      <p>
        Sentences here can be <b>checked</b>: a picture is right if it is nearer to one of those
        that the sentence allows than to any other. There are 32 sentences, and four of them were
        held out. Drawing those right is no memory: it takes shade, figure and place apart and puts
        them together anew.
      </p>
      <p>
        The other part shows the codes themselves, on digits. Change codes by hand and see what each
        stands for. DALL·E used 32 × 32 codes from a list of 8,192 for 256 × 256 pixels.
      </p>
    </>
  ),
};
