"""Staff screens with plausible data in them, and what is hard on each."""

from datetime import UTC, datetime
from typing import Any

from kiosk.domain.history import FindBy
from kiosk.domain.money import won
from kiosk.domain.told import Tone
from kiosk.domain.words import At
from kiosk.flows.manager.intents import Act, Choose, Do, GoTo, Look, OpenPerson, OpenSale, OpenTask, Place
from kiosk.flows.manager.views import Button, KeysView, LettersView, Notice, Row, Section, SheetView, Weight

WHO = "김하늘 점장"
MORNING_MS = int(datetime(2026, 3, 4, 1, 12, tzinfo=UTC).timestamp()) * 1000


def at(minutes: int) -> At:
    return At(MORNING_MS + minutes * 60_000)


def button(act: Act, words: str, weight: Weight = Weight.PLAIN) -> Button:
    return Button(f"act_{act}", words, Do(act), weight)


def sale(number: int, second: str, amount: int, tone: Tone | None = None) -> Row:
    order_id = f"K01-{number:04}"
    return Row(f"sale_{number}", f"A-{number % 100:03} · {order_id}", second, won(amount), tone, OpenSale(order_id))


def task(number: int, title: str, second: str, tone: Tone = Tone.ACT, right: int | None = None) -> Row:
    money = None if right is None else won(right)
    return Row(f"task_{number}", title, second, money, tone, OpenTask(f"t-{number}"))


TASKS = Section(
    (
        task(1, "결제가 됐는지 알 수 없어요", "K01-0412 · 간편결제 · 50분째 확인 중", right=9300),
        task(2, "영수증이 인쇄되지 않았어요", "K01-0409 · 용지가 없어요", Tone.WAIT),
    ),
    "손이 필요해요",
    "지금은 할 일이 없어요",
)
SALES = Section(
    tuple(
        sale(412 - number, f"10:{42 - 3 * number} · {how}", amount, tone)
        for number, (how, amount, tone) in enumerate(
            (
                ("간편결제", 9300, Tone.WAIT),
                ("쿠폰, 간편결제", 12300, None),
                ("카드", 4500, None),
                ("포인트", 2000, None),
                ("카드 · 모두 돌려드렸어요", 18900, Tone.CALM),
                ("쿠폰, 카드, 포인트", 1_234_500, None),
                ("카드", 1500, None),
                ("카드", 7600, None),
                ("간편결제", 3300, None),
                ("카드", 5400, None),
            )
        )
    ),
    "최근 판매",
    "아직 판매가 없어요",
)
HEALTH = Section(
    (
        Row("health_scanner", "스캐너", None, "연결됨", Tone.DONE),
        Row("health_printer", "영수증 프린터", "용지를 넣어 주세요", "용지 없음", Tone.ACT),
        Row("health_crepay", "쿠폰", None, "응답 0.2초", Tone.DONE),
        Row("health_loyalty", "포인트", "세 번째 다시 묻고 있어요", "응답 느림", Tone.WAIT),
        Row("health_card", "카드", None, "쓰지 않음", Tone.CALM),
    ),
    "장치와 결제",
)
GO = (
    Button("go_find", "판매 찾기", GoTo(Place.FIND), Weight.MAIN),
    Button("go_menu", "더 보기", GoTo(Place.MENU)),
)


def sheet(title: str, *sections: Section, **more: Any) -> SheetView:
    return SheetView(title, sections, who=WHO, **more)


def rows(*titles: str, prefix: str = "option") -> Section:
    return Section(tuple(Row(f"{prefix}_{at}", each, wish=Choose(each)) for at, each in enumerate(titles)))


HOME = sheet("처음", TASKS, SALES, HEALTH, buttons=GO, can_go_back=False)
HOME_QUIET = sheet("처음", Section((), TASKS.title, TASKS.empty), HEALTH, buttons=GO, can_go_back=False)

SEARCH = sheet(
    "무엇으로 찾을까요?",
    Section(
        (
            Row("find_code", "접수번호로 찾기", "영수증 아래의 K01-0412", wish=Look(FindBy.CODE)),
            Row("find_number", "주문번호로 찾기", "부른 번호 A-027", wish=Look(FindBy.NUMBER)),
            Row("find_amount", "금액으로 찾기", wish=Look(FindBy.AMOUNT)),
            Row("find_ending", "끝 네 자리로 찾기", "쿠폰이나 카드 번호", wish=Look(FindBy.ENDING)),
            Row("find_day", "날짜로 찾기", wish=Look(FindBy.DAY)),
        )
    ),
    detail="영수증의 QR 코드를 스캐너에 대도 돼요",
)

RESULTS = sheet(
    "12,300원인 판매",
    Section(tuple(sale(400 - n, f"{n}분 전 · 쿠폰, 카드", 12300) for n in range(24)), "2026-03-04"),
    buttons=(button(Act.EARLIER_DAY, "전날 보기"), button(Act.LATER_DAY, "다음 날 보기"), button(Act.OLDER, "더 찾기")),
    detail="24건을 찾았어요",
)
NOTHING_FOUND = sheet("9,900원인 판매", Section((), None, "찾은 판매가 없어요"))

LINES = Section(
    (
        Row("line_0", "아메리카노", "2개 × 2,500원", won(5000)),
        Row("line_1", "참치마요 삼각김밥", None, won(1300)),
        Row(
            "line_2",
            "한정판 선물 세트, 국내산 견과와 말린 과일이 골고루 들어 있는 넉넉한 두 단 나무 상자 포장",
            "4개 × 1,500원",
            won(6000),
        ),
    ),
    "상품",
)
PAYMENTS = Section(
    (
        Row("attempt_0", "쿠폰", "•••• 4445 · 받았어요", won(3000), Tone.DONE),
        Row("attempt_1", "간편결제", "답이 없어서 확인하고 있어요, 다시 결제하지 마세요", won(9300), Tone.WAIT),
        Row("attempt_2", "포인트", "거절되어 결제되지 않았어요", won(9300), Tone.CALM),
    ),
    "결제",
)
SALE = sheet(
    "A-012 · K01-0412",
    LINES,
    PAYMENTS,
    buttons=(
        button(Act.CANCEL, "전체 취소", Weight.DANGER),
        button(Act.REPRINT, "영수증 다시 인쇄하기"),
        button(Act.TIMELINE, "진행 기록 보기"),
    ),
    notice=Notice("결제 하나가 아직 확인되지 않았어요", Tone.WAIT),
    detail="2026-03-04 10:42 · 12,300원",
)
SALE_IN_ENGLISH = sheet(
    "A-012 · K01-0412",
    Section((Row("attempt_0", "Coupon", "•••• 4445 · received", won(3000), Tone.DONE),), "Payments"),
    buttons=(
        button(Act.CANCEL, "Give everything back", Weight.DANGER),
        button(Act.REPRINT, "Print the receipt again"),
        button(Act.TIMELINE, "Show what happened"),
    ),
    notice=Notice("One payment could not be confirmed yet", Tone.WAIT),
)
TIMELINE = sheet(
    "진행 기록",
    Section(
        tuple(
            Row(f"step_{n}", title, second, at(n), tone)
            for n, (title, second, tone) in enumerate(
                (
                    ("쿠폰 결제를 시작했어요", None, None),
                    ("쿠폰에 승인을 요청했어요", "요청 3f0c-88a1-0d2e", None),
                    ("쿠폰 3,000원을 받았어요", "승인 20260304-101500-4445", Tone.DONE),
                    ("간편결제를 시작했어요", None, None),
                    ("간편결제에 승인을 요청했어요", "요청 a7f3-9qwx-2z5b", None),
                    ("답이 오지 않았어요", "30초 동안 기다렸어요", Tone.WAIT),
                    ("한 번 더 물었지만 결제 시스템에 연결할 수 없었어요", "HTTP 503", Tone.WAIT),
                    ("사람이 확인해야 해요", None, Tone.ACT),
                )
            )
        )
    ),
    detail="K01-0412",
)
CONFIRM = sheet(
    "모두 돌려드릴까요?",
    Section(PAYMENTS.rows[:2]),
    buttons=(button(Act.YES, "12,300원 돌려드리기", Weight.DANGER),),
    notice=Notice("돌려드린 뒤에는 되돌릴 수 없어요", Tone.ACT),
)


def cancelling(*told: tuple[str, Tone], **more: Any) -> SheetView:
    names = (("카드", 7300), ("간편결제", 3000), ("쿠폰", 2000))
    lines = tuple(
        Row(f"refund_{n}", name, second, won(amount), tone)
        for n, ((name, amount), (second, tone)) in enumerate(zip(names, told, strict=True))
    )
    return sheet("전체 취소", Section(lines), **more)


GIVING = ("돌려드리고 있어요", Tone.WAIT)
GIVEN = ("돌려드렸어요", Tone.DONE)
PROGRESS = cancelling(GIVEN, GIVING, ("차례를 기다려요", Tone.CALM), can_go_back=False, detail="K01-0412 · 12,300원")
FINISHED = cancelling(
    GIVEN,
    ("돌려드리지 못했어요, 결제 시스템에 연결할 수 없어요", Tone.ACT),
    GIVEN,
    can_go_back=False,
    notice=Notice("하나를 돌려드리지 못했어요. 할 일에 남겨 두었어요", Tone.ACT),
    buttons=(
        button(Act.RESOLVE, "다시 해 보기"),
        button(Act.SALE, "판매 보기"),
        button(Act.HOME, "처음으로", Weight.MAIN),
    ),
)
TASK = sheet(
    "결제가 됐는지 알 수 없어요",
    Section(
        (
            Row("fact_0", "간편결제", "50분째 확인 중이에요", won(9300), Tone.ACT),
            Row("fact_1", "결제 시스템의 번호", "20260304-1042-000918"),
        ),
        "아는 것",
    ),
    rows("손님이 결제했어요", "손님이 결제하지 않았어요", "현금으로 돌려드렸어요", "결제 회사에 물어보고 있어요"),
    detail="결제 회사의 관리 화면에서 이 번호를 찾아 결과를 골라 주세요",
    buttons=(button(Act.SALE, "판매 보기"),),
)
PEOPLE = sheet(
    "함께 일하는 사람",
    Section(
        (
            Row("person_1", "김하늘", "점장", "지금 들어와 있어요", wish=OpenPerson("p1")),
            Row("person_2", "이바다", "직원", wish=OpenPerson("p2")),
            Row("person_3", "Alexandra Montgomery-Fitzgerald", "직원", wish=OpenPerson("p3")),
            Row("person_4", "박구름", "직원", "잠겨 있어요", Tone.ACT, wish=OpenPerson("p4")),
        )
    ),
    buttons=(button(Act.ADD, "사람 더하기", Weight.MAIN),),
)
DEVICES = sheet(
    "장치와 결제",
    Section(
        tuple(
            Row(f"test_{row.name}", row.title, row.second, row.right, row.tone, Choose(row.name)) for row in HEALTH.rows
        )
    ),
    detail="누르면 바로 시험해 봐요",
)
MENU = sheet(
    "더 보기",
    Section(
        tuple(
            Row(f"go_{place}", words, wish=GoTo(place))
            for place, words in (
                (Place.HANDS, "할 일"),
                (Place.DEVICES, "장치와 결제"),
                (Place.PEOPLE, "함께 일하는 사람"),
                (Place.SHOP, "포인트 가맹점"),
                (Place.LOGS, "기록을 USB로 옮기기"),
                (Place.OWN_PIN, "내 비밀번호 바꾸기"),
                (Place.EXIT, "프로그램 끝내기"),
            )
        )
    ),
)
LONG = "이름이 아주 길어서 한 줄에도 두 줄에도 들어가지 않는 것은 끝이 잘리지만 겹치지는 않아야 해요 " * 3
HARD = sheet(
    LONG,
    Section(
        (
            Row("hard_0", LONG, LONG, LONG, Tone.ACT, Choose("0")),
            Row("hard_1", "가" * 90, "나" * 90, "다" * 90, Tone.WAIT),
            Row("hard_2", "A", None, won(1_234_567_890), None, Choose("2")),
        ),
        LONG,
    ),
    detail=LONG,
    buttons=(button(Act.SALE, "판매 보기"),),
)

PIN = KeysView("비밀번호를 눌러 주세요", "직원마다 비밀번호가 달라요", is_secret=True, longest=12)
PIN_WRONG = KeysView(
    "비밀번호를 눌러 주세요", None, True, 12, problem="비밀번호가 달라요. 두 번 더 틀리면 잠겨요", serial=1
)
PIN_LOCKED = KeysView(
    "비밀번호를 눌러 주세요", None, True, 12, problem="여러 번 달라서 잠시 막았어요", wait_s=60.0, serial=2
)
NEW_PIN = KeysView(
    "새 비밀번호를 눌러 주세요", "여섯 자리 이상, 생일이나 전화번호는 피해 주세요", True, 12, who=WHO, serial=3
)
AMOUNT = KeysView("얼마를 찾을까요?", "상품 금액이나 한 번에 결제한 금액", False, 9, is_money=True, who=WHO, serial=4)
CODE = KeysView("접수번호를 눌러 주세요", "영수증 아래의 K01-0412라면 412", False, 6, who=WHO, serial=5)
TRANSFERS = sheet(
    "2026-03-04 계좌이체",
    Section(
        (
            Row("balance", "지금 매장 잔액", right=won(1_234_500)),
            Row("figure_deposits", "입금 (정정된 것도 넣어)", "이 기계의 장부: 3건 34,600원", "4건 46,900원"),
            Row("figure_corrected", "그중 은행이 되가져간 것", "이 기계의 장부: 1건 9,300원", "1건 9,300원"),
            Row("figure_withdrawals", "출금", "이 기계의 장부: 1건 12,300원", "1건 12,300원"),
        ),
        "하루 합계",
    ),
    Section(
        tuple(
            Row(f"transfer_{n}", f"K01-{412 - n:04}", second, won(amount), tone, OpenSale(f"K01-{412 - n:04}"))
            for n, (second, amount, tone) in enumerate(
                (
                    ("입금 · 10:42 · 끝남 (여기 장부에는 없음)", 12_300, Tone.ACT),
                    ("출금 · 10:31 · 끝남", 12_300, Tone.DONE),
                    ("입금 · 10:20 · 은행이 되가져감", 9_300, Tone.CALM),
                    ("입금 · 10:02 · 끝남", 13_000, Tone.DONE),
                    ("출금 · 09:40 · 진행 중", 12_300, Tone.WAIT),
                )
            )
        ),
        "이 기계의 계좌이체",
    ),
    Section((Row("others", "다른 기계의 것 (건수만)", right="7"),)),
    buttons=(button(Act.EARLIER_DAY, "전날 보기"), button(Act.LATER_DAY, "다음 날 보기")),
    notice=Notice("맞지 않는 것이 1건 있어요. 표시된 줄을 확인하세요", Tone.ACT),
)
_BANKS = (
    ("004", "국민은행"),
    ("011", "농협은행"),
    ("020", "우리은행"),
    ("023", "SC제일은행"),
    ("081", "하나은행"),
    ("088", "신한은행"),
    ("090", "카카오뱅크"),
    ("092", "토스뱅크"),
)
BANK = sheet(
    "은행",
    Section(tuple(Row(f"bank_{code}", name, wish=Choose(code)) for code, name in _BANKS)),
    notice=Notice("12,300원을 받을 은행을 골라 주세요", Tone.WAIT),
    buttons=(button(Act.LATER, "나중에"),),
)
READ_BACK = sheet(
    "이 계좌가 맞나요?",
    Section(
        (
            Row("payout_bank", "은행", right="카카오뱅크"),
            Row("payout_account", "계좌번호", right="3333 0123 4567 8"),
            Row("payout_holder", "받는 사람", right="김하늘"),
            Row("payout_amount", "보낼 돈", right=won(12_300)),
        )
    ),
    notice=Notice("손님에게 소리 내어 읽어 드리고 맞는지 확인하세요. 보낸 돈은 되찾을 수 없어요", Tone.ACT),
    buttons=(button(Act.YES, "보내 주기", Weight.DANGER),),
)
NAME = LettersView("받는 사람 이름을 써 주세요", longest=20, who=WHO, serial=6)

STAFF: dict[str, SheetView | LettersView | KeysView] = {
    "staff_home": HOME,
    "staff_home_quiet": HOME_QUIET,
    "staff_search": SEARCH,
    "staff_results": RESULTS,
    "staff_nothing_found": NOTHING_FOUND,
    "staff_sale": SALE,
    "staff_sale_in_english": SALE_IN_ENGLISH,
    "staff_timeline": TIMELINE,
    "staff_confirm": CONFIRM,
    "staff_cancelling": PROGRESS,
    "staff_cancelled": FINISHED,
    "staff_task": TASK,
    "staff_people": PEOPLE,
    "staff_devices": DEVICES,
    "staff_menu": MENU,
    "staff_hard": HARD,
    "staff_pin": PIN,
    "staff_pin_wrong": PIN_WRONG,
    "staff_pin_locked": PIN_LOCKED,
    "staff_new_pin": NEW_PIN,
    "staff_amount": AMOUNT,
    "staff_code": CODE,
    "staff_name": NAME,
    "staff_transfers": TRANSFERS,
    "staff_bank": BANK,
    "staff_read_back": READ_BACK,
}
