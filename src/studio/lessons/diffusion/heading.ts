import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Diffusion: from noise to a digit, step by step",
    summary:
      "Noise destroys a digit little by little. A network learns to take a little of it back, and a hundred such steps make a new digit of nothing but noise.",
  },
  ko: {
    title: "확산 모델: 잡음에서 숫자까지 한 걸음씩",
    summary:
      "잡음은 숫자를 조금씩 망가뜨립니다. 신경망은 그 일부를 되돌리는 법을 배우고, 그런 걸음 백 번이면 잡음만으로 새 숫자가 나옵니다.",
  },
};
