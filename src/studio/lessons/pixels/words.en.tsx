import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    model: {
      label: "Network",
      help: "How the pixels before are turned into a probability of the next.",
      values: {
        nade: "NADE: one hidden layer, sees all",
        pixelcnn: "PixelCNN: masked windows",
        gated: "gated PixelCNN: two stacks",
        "row-lstm": "PixelRNN: a Row LSTM",
      },
    },
    temperature: {
      label: "Temperature of the draws",
      help: "Divides the logits before each draw: below 1 bolder, above 1 more random.",
    },
  },
  presets: {
    nade: {
      label: "NADE: every pixel before counts",
      why: "One hidden layer carries a sum over all pixels before. Adding one pixel adds one column, so a whole digit costs no more than one pass.",
    },
    blind: {
      label: "PixelCNN: a blind spot",
      why: "Each window hides what comes later, and stacked windows inherit the cut: to the upper right a wedge stays out of sight however many layers follow. Point at a pixel in the middle.",
    },
    gated: {
      label: "Gated PixelCNN: the blind spot is gone",
      why: "One stack sees whole rows above, the other the row itself. Together they reach every pixel before, as far as their windows go. It costs about three times the work.",
    },
    cold: {
      label: "Temperature 0: always the same",
      why: "Every pixel takes its likelier value, so chance has no say and all 25 draws are one picture: the greedy path, which need not be a typical digit.",
    },
    hot: {
      label: "Temperature 3: chance wins",
      why: "The logits shrink to a third and every pixel comes close to a coin toss. One odd pixel misleads those after it, and the digit falls apart.",
    },
  },
  Text: () => (
    <>
      <p>
        A joint probability of 64 pixels can always be written as a product of 64 conditional ones,
        which is the <b>chain rule</b>:
      </p>
      <p class="formula">
        p(x) = ∏<sub>i</sub> p(x<sub>i</sub> | x<sub>1</sub>, …, x<sub>i−1</sub>)
      </p>
      <p>
        A table for the last of them would need 2<sup>63</sup> rows. Here <b>one network</b>{" "}
        computes all of them, with weights that the pixels share. It must not cheat: the probability
        of a pixel may depend only on pixels before it, in reading order. The second picture shows
        what each network lets a pixel see. <b>Point at a pixel</b> and change the network.
      </p>
      <p>
        Training is plain: the loss is <b>−log p(x)</b>, exact, in nats, with no bound and no
        opponent. To <b>draw</b>, the first pixel is drawn from its probability, then the second
        given the first, and so on to the last. Where others draw an image at once, this takes 64
        steps, one after the other.
      </p>
      <p>
        To <b>complete</b> a digit, the given pixels stay and only the others are drawn. Hide the
        lower half: the model has read the upper half and goes on from it, five times. Then hide the{" "}
        <b>upper</b> half: the upper pixels come first in the order and are drawn without a look at
        those below, so the halves often do not fit. The order is the price of the chain rule.
      </p>
    </>
  ),
};
