const en = {
  game: "The game: real points, drawn points, D's opinion",
  optimal: "The optimal judge, D* = p / (p + q)",
  optimalHelp: "Pale where the densities agree, and where no points are from which to tell.",
  outputs: "D's mean output, before the sigmoid",
  onReal: "real points",
  onDrawn: "drawn points",
  draw: "Draw your own density",
  drawHelp: "Paint with the mouse or a finger. On the keyboard, arrow keys move and space paints.",
  train: "Train on it",
  clear: "Clear",
  modes: "modes reached",
  within: "of the points within 3σ",
  gap: "mean |D − D*|",
  real: "real",
  drawn: "drawn, with where D sends them",
};

const ko: typeof en = {
  game: "게임: 진짜 점, 그린 점, D의 판단",
  optimal: "최적의 판별자 D* = p / (p + q)",
  optimalHelp: "두 밀도가 같은 곳과, 판단할 점이 없는 곳은 옅습니다.",
  outputs: "시그모이드를 거치기 전 D의 평균 출력",
  onReal: "진짜 점",
  onDrawn: "그린 점",
  draw: "나만의 분포 그리기",
  drawHelp: "마우스나 손가락으로 칠하세요. 키보드에서는 화살표로 움직이고 스페이스로 칠합니다.",
  train: "이 분포로 학습",
  clear: "지우기",
  modes: "찾은 봉우리",
  within: "3σ 안에 든 점",
  gap: "평균 |D − D*|",
  real: "진짜",
  drawn: "그린 점과 D가 보내는 방향",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
