import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Adversarial networks on digits",
    summary:
      "The same game with convolutions. Drag through the noise that digits are made of, and see how far they are from real ones.",
  },
  ko: {
    title: "숫자를 그리는 적대적 신경망",
    summary:
      "같은 게임을 합성곱으로 합니다. 숫자의 재료인 잡음 속을 끌고 다니며, 진짜와 얼마나 다른지 보세요.",
  },
};
