import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    data: {
      label: "Data",
      help: "Points of the plane, or digits as points in 64 dimensions.",
      values: {
        moons: "two half circles",
        ring: "8 narrow peaks on a ring",
        "swiss-roll": "a spiral",
        digits: "digits of 8 × 8 pixels",
      },
    },
    components: { label: "Components", help: "How many Gaussians share the data." },
    covariance: {
      label: "Shape of a component",
      help: "What its covariance may be.",
      values: {
        full: "any ellipse",
        diagonal: "ellipses along the axes",
        spherical: "circles",
      },
    },
    starts: { label: "Starts", help: "Where the components begin." },
  },
  presets: {
    works: {
      label: "8 ellipses on two moons",
      why: "No single Gaussian is bent, but eight short ones laid end to end follow a curve. Each ends up where its own points are densest.",
    },
    one: {
      label: "One Gaussian: everything is an ellipse",
      why: "The best single Gaussian has the mean and the covariance of all points. It is densest in the middle between the moons, where there are hardly any.",
    },
    spheres: {
      label: "Circles on a spiral",
      why: "A circle cannot lie along the curve. Eight of them cover it with gaps and bulges; it takes about twice as many circles as ellipses for the same density.",
    },
    digits: {
      label: "Digits: 25 means",
      why: "In 64 dimensions the components become kinds of digits, and their means are recognisable. Draws are noisier than digits: with a diagonal covariance each pixel varies on its own.",
    },
    trap: {
      label: "A bad start: stuck",
      why: "Two components begin on one peak and none on another. Each pass can only improve a little from where it is, and no small step leads one of the two across. The likelihood stops rising at a local optimum.",
    },
  },
  Text: () => (
    <>
      <p>
        A <b>Gaussian</b> is known by its mean and its covariance, and the likeliest ones are those
        of the data: no training, just two averages. But it has a single hill, and it is an ellipse.
        A <b>mixture</b> adds up several, each with a weight:
      </p>
      <p class="formula">
        p(x) = Σ<sub>k</sub> π<sub>k</sub> N(x; μ<sub>k</sub>, Σ<sub>k</sub>)
      </p>
      <p>
        If we knew which component each point came from, we could average again. We do not, so we
        guess, which is <b>expectation–maximisation</b>. <b>E</b>: each point is shared out among
        the components in proportion to their density there; it has the colour of the one with the
        largest share. <b>M</b>: each component takes the weighted mean and covariance of its
        shares. One step here is one such pass.
      </p>
      <p>
        No pass can make −log p(x) rise, so the curve only falls; where it ends depends on the{" "}
        <b>start</b>. Set the speed to 2 steps a second and press <i>Start again</i> to follow the
        ellipses. Then <b>click places of your own</b> into the first picture: put all of them into
        one corner, or two on one moon and six on the other.
      </p>
      <p>
        The width of an ellipse's line is its weight. To <b>draw</b> from the mixture, pick a
        component by weight and draw from its Gaussian. The exact density of any point is known, so
        the model can also say what is improbable.
      </p>
    </>
  ),
};
