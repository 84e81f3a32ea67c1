import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    amount: {
      label: "Damage",
      help: "Strength of noise and blur, share of copies, share of digits left out.",
    },
    features: {
      label: "What is compared",
      help: "Features of a classifier that learns beside, or the pixels themselves.",
      values: { learned: "features of the classifier", pixels: "pixels" },
    },
    count: { label: "Images of each set", help: "As many are compared with." },
  },
  presets: {
    works: {
      label: "Half the damage, 200 images",
      why: "Real digits set the floor: their distance is not 0, and their coverage is not 1. Each damage is noticed by another metric.",
    },
    pixels: {
      label: "In pixels: blur looks good",
      why: "Pixels count light, not shapes. A blurred digit lies close to many sharp ones in pixels, so its precision even beats that of real digits.",
    },
    few: {
      label: "20 images: the distance lies",
      why: "The Fréchet distance compares means and covariances, and 20 images cannot tell 24 variances and all that lies between them. Even real digits look far away, while precision and coverage praise everything. Published figures take 50,000 images.",
    },
    copies: {
      label: "All copies: the best of all scores",
      why: "A model that returns its training images has distance 0, precision 1 and coverage 1. Only the last column says what happened. Whoever leaves it out rewards learning by heart.",
    },
  },
  Text: () => (
    <>
      <p>
        No single figure says how good a generator is. There are at least three questions:{" "}
        <b>fidelity</b>, does each image look real? <b>Diversity</b>, is everything there that the
        data has? And <b>copying</b>, are they new at all? Here a generator is not even needed: the
        first set is real digits, other ones than those compared with, and four more were damaged in
        a way that we know.
      </p>
      <p>
        Images are compared by <b>features</b>: numbers by which a classifier tells them apart. It
        learns while you watch, and its features change what “near” means. For large images the
        custom is an Inception network; then the first column is the FID.
      </p>
      <p class="formula">
        d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)<sup>½</sup>)
      </p>
      <p>
        The <b>Fréchet distance</b> fits a Gaussian to the features of either set and measures how
        far one must be moved to become the other. Everything goes into one figure, so it names no
        damage, and one that the features hardly see may pass: compare noise with the first row.{" "}
        <b>Precision</b> is the share of images that fall within the neighbourhood of some real one:
        it is fidelity. <b>Coverage</b> is the share of real images that have one of these nearby:
        it is diversity, and drops when digits are left out. <b>Copies</b> is the share of images
        that lie, in pixels, far nearer to one training image than to those around it.
      </p>
      <p>
        Compare every figure with that of the <b>first row</b>, never with 0 or 1, and only figures
        of equally many images. Move the damage from 0 to 1 and note which column moves for which
        set.
      </p>
    </>
  ),
};
