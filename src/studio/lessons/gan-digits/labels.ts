const en = {
  samples: "Drawn digits, always of the same noise",
  real: "Real digits",
  walk: "A walk through the noise: drag the square",
  walkHelp:
    "A plane through the noise; each picture is what G draws at that place. Drag with the mouse or a finger, or move with the arrow keys.",
  here: "Here",
  likeness: "How like real ones: Fréchet distance of pixels",
  drawn: "drawn digits",
  floor: "other real digits",
  outputs: "D's mean output, before the sigmoid",
  onReal: "real digits",
  onDrawn: "drawn digits",
};

const ko: typeof en = {
  samples: "그린 숫자, 늘 같은 잡음에서",
  real: "진짜 숫자",
  walk: "잡음 속 산책: 네모를 끌어 보세요",
  walkHelp:
    "잡음 공간을 지나는 평면입니다. 그림은 G가 그 자리에서 그리는 숫자입니다. 마우스나 손가락으로 끌거나 화살표 키로 움직이세요.",
  here: "여기",
  likeness: "진짜와 얼마나 닮았나: 픽셀의 프레셰 거리",
  drawn: "그린 숫자",
  floor: "다른 진짜 숫자",
  outputs: "시그모이드를 거치기 전 D의 평균 출력",
  onReal: "진짜 숫자",
  onDrawn: "그린 숫자",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
