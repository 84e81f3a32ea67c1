import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Autoencoders: a digit through a bottleneck",
    summary:
      "A network has to rebuild a digit from two numbers. Drag through the plane of those numbers and see what it has put there.",
  },
  ko: {
    title: "오토인코더: 좁은 목을 지나는 숫자",
    summary:
      "신경망이 수 두 개만 보고 숫자 그림을 다시 만들어야 합니다. 그 두 수의 평면을 끌고 다니며 무엇이 어디에 놓였는지 보세요.",
  },
};
