import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Adversarial networks: a game in the plane",
    summary:
      "One network draws points, the other tells them from real ones. In the plane you see everything: both clouds, the judge's opinion everywhere, and where it sends each point.",
  },
  ko: {
    title: "적대적 신경망: 평면 위의 게임",
    summary:
      "한 신경망은 점을 그리고, 다른 신경망은 그 점을 진짜와 가려냅니다. 평면에서는 모든 것이 보입니다. 두 점구름, 곳곳에서 판별자가 내린 판단, 그리고 점마다 어디로 가라고 하는지까지.",
  },
};
