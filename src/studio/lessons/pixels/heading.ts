import type { LessonHeading } from "../../page/lesson/lesson.js";
import type { Localised } from "../../page/strings/index.js";

export const heading: Localised<LessonHeading> = {
  en: {
    title: "NADE, PixelCNN, PixelRNN: one pixel after the other",
    summary:
      "A network that predicts each pixel from those before it can draw, score and complete. Paint out a part of a digit and see how it goes on.",
  },
  ko: {
    title: "NADE, PixelCNN, PixelRNN: 픽셀을 하나씩 차례로",
    summary:
      "앞선 픽셀들로 다음 픽셀을 예측하는 신경망은 그림을 그리고, 점수를 매기고, 빈 곳을 채울 수 있습니다. 숫자 한 부분을 지우고 어떻게 이어 그리는지 보세요.",
  },
};
