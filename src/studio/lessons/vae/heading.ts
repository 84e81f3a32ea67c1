import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Variational autoencoder: codes that can be drawn",
    summary:
      "Two networks squeeze a digit into a few numbers and build it again, while a second term keeps those numbers where new ones can be drawn.",
  },
  ko: {
    title: "변분 오토인코더: 뽑을 수 있는 코드",
    summary:
      "두 신경망이 숫자 그림을 몇 개의 수로 줄였다가 다시 만들고, 둘째 항은 그 수들을 새로 뽑을 수 있는 자리에 모아 둡니다.",
  },
};
