import type { LessonWords } from "../../page/lesson/lesson.js";
import type { Control, Preset } from "./keys.js";

export const words: LessonWords<Control, Preset> = {
  controls: {
    steps: {
      label: "Steps from noise to a digit",
      help: "How often the network is asked while it draws. Training goes on meanwhile.",
    },
    sampler: {
      label: "How a step is made",
      help: "DDPM adds fresh noise after each step; the others follow a smooth path.",
      values: {
        "dpmpp-2m": "DPM-Solver++: looks at two steps",
        ddim: "DDIM: straight ahead",
        ddpm: "DDPM: ancestral, with fresh noise",
      },
    },
    prediction: {
      label: "What the network predicts",
      help: "Each follows from the others and the noisy digit; they differ in what is easy to learn.",
      values: { v: "v: a mixture of both", eps: "ε: the noise", x0: "x₀: the digit" },
    },
  },
  presets: {
    works: {
      label: "12 steps of DPM-Solver++",
      why: "The path from noise to a digit is nearly straight, and a solver that remembers its last step follows it in a dozen. Compare with 50 steps: hardly a difference.",
    },
    one: {
      label: "One step: the mean digit",
      why: "Asked once about nothing but noise, the network can only answer with the mean of all digits that are possible, which is a blur. A digit appears because the question is asked again, about a state that says a little more each time.",
    },
    ancestral: {
      label: "5 steps of DDPM: too smooth",
      why: "Each step of the ancestral sampler mixes the estimate of the digit, a blur at first, with fresh noise. Which digit it becomes is decided little by little, and five steps are too few: draws are smoother than digits and more alike.",
    },
    noise: {
      label: "50 steps of DDPM: sharp again",
      why: "With small steps the estimate sharpens while there is still noise to decide by, and the chance in it makes digits varied. This is the sampler of the first paper, which used 1,000.",
    },
  },
  Text: () => (
    <>
      <p>
        Going <b>forwards</b> needs no network. At time t a digit x₀ is shrunk and normal noise ε is
        added, until at the end nothing of it is left:
      </p>
      <p class="formula">
        x<sub>t</sub> = √ᾱ<sub>t</sub> x<sub>0</sub> + √(1 − ᾱ<sub>t</sub>) ε
      </p>
      <p>
        For <b>training</b>, take a digit, a random t and random noise, and let the network say what
        was mixed. The loss is a plain squared error. The curve shows it; it cannot fall to 0,
        because at large t nobody can know what the digit was.
      </p>
      <p>
        Going <b>backwards</b> starts from noise alone. At each step the network looks at the state
        and estimates the digit; the state moves a little towards that estimate. The second strip
        shows states, the third the estimates at the same moments. At first the estimates are blurs,
        the mean of everything that is still possible. As the noise falls, possibilities drop out,
        and the estimate decides for one digit. <b>Drag through time</b> to see state and estimate
        side by side.
      </p>
      <p>
        How many steps it takes is decided <b>after</b> training. Each step takes the estimate as
        fixed for a while, which is an error that grows with the length of the step. Try 1, 3, 12
        and 50 with each sampler, from the same noise.
      </p>
    </>
  ),
};
