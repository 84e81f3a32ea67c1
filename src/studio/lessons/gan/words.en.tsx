import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    density: {
      label: "Density to learn",
      help: "Where the real points come from. Or draw one of your own below the picture.",
      values: {
        ring: "ring: 8 narrow peaks",
        moons: "moons: two half circles",
        "swiss-roll": "swiss roll: a spiral",
        grid: "grid: 25 narrow peaks",
      },
    },
    objective: {
      label: "What the players minimise",
      help: "Minimax is the game of 1 − D; the others give the generator a slope even when it loses.",
      values: {
        relativistic: "relativistic: real against drawn",
        "non-saturating": "non-saturating: −log D",
        minimax: "minimax: log(1 − D)",
      },
    },
    remedy: {
      label: "What damps the game",
      help: "What keeps the two from chasing each other in circles.",
      values: {
        momentum: "nothing, and momentum β₁ = 0.9",
        none: "no momentum",
        slope: "no momentum, R1 + R2 on D's slope",
        noise: "no momentum, noise that fades",
      },
    },
    drawing: { label: "Your density", help: "The points that you have painted." },
  },
  presets: {
    works: {
      label: "Relativistic with R1 + R2: all 8 peaks",
      why: "Each real point is judged against a drawn one, and D pays for being steep. So D stays smooth, its slopes point to where points are missing, and the cloud spreads until every peak is reached.",
    },
    saturates: {
      label: "Minimax: the slope dies",
      why: "D learns five times for each turn of G. The surer it gets about drawn points, the flatter log(1 − D) is there, until no slope is left to learn from. Watch D's two outputs run apart while the points stay beside the peaks.",
    },
    collapse: {
      label: "Momentum: peaks are lost again",
      why: "G gains most by putting everything where D believes it now. D notices, and with momentum both overshoot and run after each other. The cloud may touch all peaks early on, but it does not stay: it leaves one after the other, faster than it finds them again.",
    },
    damped: {
      label: "The same with R1 + R2, without momentum",
      why: "D pays for steep slopes and neither player overshoots. The cloud spreads along the ring, a few more peaks at a time, and keeps them.",
    },
  },
  Text: () => (
    <>
      <p>
        The <b>generator</b> G turns two random numbers into a point. The <b>discriminator</b> D
        sees <span data-term="0">real points</span> and <span data-term="1">drawn points</span> and
        answers with the probability that a point is real. D learns to tell them apart; G learns
        only from D: it moves each point the way that D's answer rises. Nobody computes a
        likelihood.
      </p>
      <p class="formula">
        min<sub>G</sub> max<sub>D</sub> E<sub>x</sub>[log D(x)] + E<sub>z</sub>[log(1 − D(G(z)))]
      </p>
      <p>
        The background of the first picture is D's opinion: <span data-term="0">real</span> here,{" "}
        <span data-term="1">drawn</span> there. The short lines are its slopes, which is all that G
        ever hears. If G stood still, the best answer would be known: <b>D* = p / (p + q)</b>, with
        p the density of real points and q that of drawn ones. The second picture shows it,
        estimated from the points. Training never lets D get there, and the figure below the picture
        says how far it is away.
      </p>
      <p>
        When both densities agree, D* is ½ everywhere: both pictures fade, and both curves of D's
        outputs meet. Before that, three things go wrong. D may win so clearly that its slope
        vanishes. G may put its whole cloud on one peak, which is <b>mode collapse</b>. Or both run
        after each other in circles. Each setting above answers one of these: another objective, a
        price on D's slope, no momentum, or noise that makes the clouds overlap.
      </p>
      <p>
        A <b>peak counts as reached</b> when one of 1,000 draws lies within three standard
        deviations of its centre, which on the ring is a very small circle. How many draws do is the
        second figure. A cloud can reach all peaks and still leave bridges between them, because a
        continuous G maps the plane of noise, which is connected, to a connected cloud.
      </p>
    </>
  ),
};
