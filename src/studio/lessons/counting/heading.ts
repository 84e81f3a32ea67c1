import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Counting, and the chain rule",
    summary:
      "The simplest way to learn a probability is to count. See how far it reaches, where it ends, and how a number in [0, 1) becomes a pixel.",
  },
  ko: {
    title: "세기, 그리고 연쇄 법칙",
    summary:
      "확률을 배우는 가장 쉬운 방법은 세는 것입니다. 어디까지 통하고 어디서 막히는지, [0, 1)의 수 하나가 어떻게 픽셀이 되는지 보세요.",
  },
};
