const en = {
  words: "The sentence, and the picture code by code",
  tokens: "Codes drawn: drag to go back",
  tokensHelp:
    "After each code: what the codes so far decode to. Places with a dot have none yet and are decoded as black.",
  again: "Draw again",
  many: "The same sentence, 16 times",
  sheet: "Every sentence once, in order; the last ones were held out",
  right: (count: string, all: string) => `${count} of ${all} sentences that it has learned`,
  rightUnseen: (count: string, all: string) => `${count} of ${all} held out`,
  exact: "Drawn right:",
  nats: "Nats per code of the picture",
  natsCurve: "−log p(code)",
  grid: "The codes of the digit: point at one to change it",
  gridHelp:
    "Each square is one of 16 codes. Click one for the next code; on the keyboard, arrow keys move and space changes.",
  original: "Digit, and its codes decoded",
  changed: "With your changes",
  restore: "Back to its own codes",
  rebuilt: "Digits above their reconstructions from 4 × 4 codes",
  error: "Nats of the reconstruction",
};

const ko: typeof en = {
  words: "문장, 그리고 코드 하나씩 그리는 그림",
  tokens: "그린 코드: 끌면 되돌아갑니다",
  tokensHelp:
    "코드 하나를 그릴 때마다 여기까지의 코드를 디코딩한 그림입니다. 점이 있는 자리는 아직 코드가 없어 검정으로 디코딩합니다.",
  again: "다시 그리기",
  many: "같은 문장으로 열여섯 번",
  sheet: "모든 문장을 차례로 한 번씩, 맨 끝은 빼 둔 것",
  right: (count: string, all: string) => `배운 문장 ${all}개 중 ${count}개`,
  rightUnseen: (count: string, all: string) => `빼 둔 문장 ${all}개 중 ${count}개`,
  exact: "맞게 그린 것:",
  nats: "그림 코드 하나의 내트",
  natsCurve: "−log p(코드)",
  grid: "숫자의 코드: 짚어서 바꿔 보세요",
  gridHelp:
    "네모 하나가 코드 16가지 중 하나입니다. 짚으면 다음 코드로 바뀝니다. 키보드에서는 화살표로 움직이고 스페이스로 바꿉니다.",
  original: "숫자, 그리고 그 코드를 디코딩한 것",
  changed: "바꾼 코드로",
  restore: "원래 코드로",
  rebuilt: "위는 원래 숫자, 아래는 4 × 4 코드로 복원한 숫자",
  error: "복원의 내트",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
