import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    latent: {
      label: "Numbers in a code",
      help: "How many numbers a digit of 64 pixels is squeezed into. Two can be seen as a map.",
    },
    beta: {
      label: "β, weight of the second term",
      help: "1 is the evidence lower bound. More pulls codes together, less lets them go.",
    },
    rate: {
      label: "Learning rate",
      help: "How far each step moves the weights.",
      values: { "0.0003": "0.0003, slow", "0.002": "0.002", "0.03": "0.03, too fast" },
    },
  },
  presets: {
    works: {
      label: "β = 1: digits",
      why: "Both terms fall together: codes carry enough to build a digit again, and lie close enough to N(0, I) for draws to land among them.",
    },
    plane: {
      label: "Two numbers: a map of digits",
      why: "With two numbers each digit is a place in the plane. Neighbours look alike, and a walk from one to another passes through shapes in between. Some digits have to share a place, so they blur.",
    },
    collapse: {
      label: "β = 40: the codes collapse",
      why: "The second term weighs so much that the cheapest code says nothing. Its curve goes to 0, all codes meet in the middle, and every draw is close to the average digit.",
    },
    autoencoder: {
      label: "β = 0: no prior",
      why: "Without the second term this is an ordinary autoencoder. It rebuilds digits very well, but its codes lie anywhere, and a draw from N(0, I) lands where it has never seen a code.",
    },
  },
  Text: () => (
    <>
      <p>
        The <b>encoder</b> reads a digit and answers with a small cloud of codes: a mean and a
        spread for each number. The <b>decoder</b> gets one code from that cloud and says how bright
        each pixel should be. Nobody labels anything. Both learn from one figure, the{" "}
        <b>evidence lower bound</b>, which has two terms that pull in opposite directions.
      </p>
      <p class="formula">
        −log p(x) ≤ <span data-term="0">E[−log p(x | z)]</span> +{" "}
        <span data-term="1">KL(q(z | x) ‖ N(0, I))</span>
      </p>
      <p>
        The <span data-term="0">first term</span> is the price of rebuilding the digit from its
        code: it falls when codes say much. The <span data-term="1">second term</span> is the price
        of saying it: the nats that the cloud of a digit differs from N(0, I). Watch both in the
        chart. At first the second rises, because codes begin to say something; then the first falls
        below its start by more than that, and the sum is what training pays for.
      </p>
      <p>
        How can a gradient pass through a draw? The draw is written as <b>z = mean + spread · ε</b>{" "}
        with ε from N(0, I). The chance is in ε, which no weight touches, so the slope of the loss
        flows through mean and spread as through any sum and product. This is the{" "}
        <b>reparameterisation</b>. <b>Drag ε</b> through the cloud of one digit: wherever it lands,
        the decoder has to give nearly the same digit, or the first term rises.
      </p>
      <p>
        The grid shows <b>new digits</b>: draws from N(0, I), decoded, always from the same 36
        codes. In the row of pairs each digit stands above its reconstruction. The map places the
        first two numbers of 300 digits' codes, one colour for each class, which the model has never
        been told.
      </p>
    </>
  ),
};
