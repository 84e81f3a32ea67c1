import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "How to judge what a model draws",
    summary:
      "Five sets of digits, four of them damaged on purpose, and four metrics. Turn the damage up and see who notices what.",
  },
  ko: {
    title: "모델이 그린 것을 어떻게 평가할까",
    summary:
      "숫자 다섯 묶음 가운데 넷은 일부러 망가뜨렸고, 지표는 네 가지입니다. 손상을 키우면서 어느 지표가 무엇을 알아채는지 보세요.",
  },
};
