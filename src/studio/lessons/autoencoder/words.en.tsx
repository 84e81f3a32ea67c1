import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    latent: {
      label: "Numbers in a code",
      help: "The width of the bottleneck. The map shows the first two.",
    },
    network: {
      label: "Network",
      help: "Dense layers can bend the plane of codes; one linear map cannot.",
      values: { dense: "dense layers", linear: "one linear map (PCA)" },
    },
    noise: {
      label: "Noise on the input",
      help: "Standard deviation of noise that the encoder gets and the decoder must remove.",
    },
  },
  presets: {
    works: {
      label: "Two numbers: a map of digits",
      why: "Two numbers are too few to copy 64 pixels, so the network has to find what digits have in common. Alike digits end up as neighbours, though nobody says which digit is which.",
    },
    linear: {
      label: "One linear map: blurred",
      why: "Without layers in between, encoder and decoder can only project onto a flat plane. The best such plane is the one that principal components span. Digits do not lie in a plane, and the reconstructions blur.",
    },
    denoising: {
      label: "Noise on the input: it learns to clean",
      why: "The encoder sees a noisy digit and the decoder has to give back the clean one. Copying is no use any more; the network must know what digits look like.",
    },
    long: {
      label: "32 numbers: copies, but no new digits",
      why: "A long code copies almost perfectly. But it lives in 32 dimensions, of which the digits fill a thin, crooked part. Random codes miss it, and the decoder was never trained out there: look at the random codes. This is what the variational autoencoder mends.",
    },
  },
  Text: () => (
    <>
      <p>
        The <b>encoder</b> turns 64 pixels into a few numbers, the <b>code</b>. The <b>decoder</b>{" "}
        sees nothing but the code and has to give the digit back. Both are trained together to make
        the squared error small:
      </p>
      <p class="formula">
        min Σ ‖ x − decoder(encoder(x)) ‖<sup>2</sup>
      </p>
      <p>
        There are no labels. What forces the network to understand anything is the <b>bottleneck</b>
        : with two numbers for 64 pixels, it must spend them on what differs most between digits.
        The map shows where 300 digits went; their classes are coloured in afterwards.{" "}
        <b>Drag the square</b> through the map: the digit beside it is what the decoder makes of
        that place. Between two clusters shapes turn into each other. Far outside, where no code
        ever was, the decoder says anything at all.
      </p>
      <p>
        The <b>sheet</b> shows all places at once, laid out as the map is. Compare it with the map:
        each region of the sheet has the shape of the class that settled there.
      </p>
      <p>
        Is this a <b>generative model</b>? It has a decoder, but nobody has said how to choose a
        code. The last grid tries: each number drawn on its own, with the mean and the spread of the
        training codes. With two numbers it often works; with more, most draws fall between all
        clusters. To draw well, the codes themselves must follow a distribution that we know, which
        is the idea of the next lesson.
      </p>
    </>
  ),
};
