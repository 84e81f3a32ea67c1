import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    recipe: {
      label: "Recipe",
      help: "Settings that go together: today's, or those of the DCGAN paper.",
      values: {
        modern: "modern: relativistic, R1 + R2",
        "2015": "2015: batch normalisation, −log D",
      },
    },
    latent: { label: "Numbers of noise", help: "How many random numbers a digit is made of." },
    rate: {
      label: "Learning rate",
      help: "How far each step moves the weights of both players.",
      values: { "0.0005": "0.0005", "0.002": "0.002", "0.1": "0.1, too fast" },
    },
  },
  presets: {
    works: {
      label: "Modern recipe",
      why: "D judges each real digit against a drawn one and pays for steep slopes. Neither wins, and the distance to real digits falls slowly and surely.",
    },
    paper: {
      label: "The recipe of 2015",
      why: "Batch normalisation in both networks, and an objective without pairs. It starts later and catches up. Nothing holds D back, so on longer runs the game may tip; on these small digits it does well.",
    },
    narrow: {
      label: "One number of noise: a single thread",
      why: "One number can only lead along a line. All digits must lie on this line one after the other, so walking it passes through shapes that are no digits, and most variety is lost. Walk upwards in the plane: nothing changes.",
    },
    fast: {
      label: "Two hundred times too fast",
      why: "Both players overshoot at every step. D's outputs jump, and the samples turn to noise or all to the same blot. The distance rises.",
    },
  },
  Text: () => (
    <>
      <p>
        The <b>generator</b> turns noise into a digit: a dense layer makes small maps of it, and
        convolutions enlarge them to 8 × 8 pixels. The <b>discriminator</b> goes the other way, from
        pixels to one number that says how real a digit looks. In the plane we could see D's opinion
        everywhere. In 64 dimensions we cannot, so we look at draws, and at figures.
      </p>
      <p>
        <b>A loss does not tell how good the draws are.</b> In a game it only says who is ahead. The
        first chart therefore compares 100 drawn digits with 100 real ones by the Fréchet distance
        of their pixels. The line beside it is what <i>other</i> real digits reach: no generator has
        to be better. It counts as learned at less than twice that.
      </p>
      <p>
        The first grid is always drawn from the <b>same noise</b>. Early on the digits change their
        kind from one look to the next; as the game settles, each becomes clearer and stays what it
        is.
      </p>
      <p>
        Noise has no labels and yet gets <b>order</b>. The picture below it is a plane through the
        noise. <b>Drag through it</b>: neighbouring places give similar digits, and between two
        kinds there is a border where one turns into the other. G is continuous, so it has to draw
        something at the border as well, and D punishes it for what looks like neither. That is why
        borders are narrow.
      </p>
      <p>
        Unlike a VAE, a GAN has <b>no encoder and no likelihood</b>: it cannot say which noise a
        given digit comes from, nor how probable the digit is. For that its digits are sharp,
        because D sees every blur.
      </p>
    </>
  ),
};
