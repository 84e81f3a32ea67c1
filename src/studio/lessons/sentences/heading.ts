import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "Codes and sentences: a small DALL·E",
    summary:
      "A picture becomes a row of tokens, a sentence too, and one network goes on from the words to the picture, token by token. Ask for what it has never seen.",
  },
  ko: {
    title: "코드와 문장: 작은 DALL·E",
    summary:
      "그림도 토큰의 줄이 되고 문장도 그렇습니다. 신경망 하나가 단어에서 그림으로 토큰을 하나씩 이어 갑니다. 한 번도 보지 못한 것을 시켜 보세요.",
  },
};
