import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Gaussians and their mixtures",
    summary:
      "A handful of ellipses share the data out among themselves, again and again, until they fit. Place them yourself and see where they get stuck.",
  },
  ko: {
    title: "가우시안과 그 혼합",
    summary:
      "타원 몇 개가 데이터를 거듭 나눠 가지면서 점점 들어맞습니다. 직접 자리를 정해 주고 어디서 막히는지 보세요.",
  },
};
