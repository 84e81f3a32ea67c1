const en = {
  map: "Codes of 300 digits: drag through them",
  mapHelp: "Drag with the mouse or a finger, or move with the arrow keys.",
  here: "The digit at this place",
  sheet: "What the decoder has put everywhere",
  rebuilt: "Digits above their reconstructions",
  samples: "Random codes, decoded",
  error: "Mean squared error of a pixel",
  errorCurve: "squared error",
};

const ko: typeof en = {
  map: "숫자 300개의 코드: 끌고 다녀 보세요",
  mapHelp: "마우스나 손가락으로 끌거나 화살표 키로 움직이세요.",
  here: "이 자리의 숫자",
  sheet: "디코더가 곳곳에 놓은 그림",
  rebuilt: "위는 원래 숫자, 아래는 복원한 숫자",
  samples: "아무 코드나 디코딩하면",
  error: "픽셀의 평균 제곱 오차",
  errorCurve: "제곱 오차",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
