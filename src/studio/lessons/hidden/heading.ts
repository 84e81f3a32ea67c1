import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Hidden causes: Markov chains and Boltzmann machines",
    summary:
      "Behind the pixels stands something that nobody sees: a state that changes from row to row, or a set of units that switch each other on.",
  },
  ko: {
    title: "숨은 원인: 은닉 마르코프 모형과 볼츠만 머신",
    summary:
      "픽셀 뒤에는 아무도 보지 못하는 무언가가 있습니다. 줄마다 바뀌는 상태일 수도, 서로를 켜고 끄는 유닛들일 수도 있습니다.",
  },
};
