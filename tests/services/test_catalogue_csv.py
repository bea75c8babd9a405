import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.catalogue import Tax
from kiosk.domain.errors import CatalogueError
from kiosk.domain.money import won
from kiosk.domain.scanned import ProductCode, classify
from kiosk.services.catalogue import Catalogue
from kiosk.services.catalogue_csv import COLUMNS, import_csv
from kiosk.services.resources import resource
from kiosk.services.text import Text, languages

HEADER = "sku,barcode,name_ko,price\n"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "till" / "catalogue.sqlite"


@pytest.fixture
def imported(tmp_path, target):
    """Imports a CSV and gives the report; the file is in a folder of its own."""
    folder = tmp_path / "list"
    folder.mkdir()

    def importing(content):
        file = folder / "list.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_csv(file, target, lambda _done, _of: None)

    return importing


@pytest.fixture
def refused(imported, target):
    """What is wrong with a CSV: the error itself; says it in every language and checks that nothing was written."""

    def refusing(content) -> CatalogueError:
        with pytest.raises(CatalogueError) as error:
            imported(content)
        for language in languages():
            assert Text.load(language).error(error.value)
        assert not target.exists()
        return error.value

    return refusing


def problems(error: CatalogueError) -> list[tuple[str, dict[str, object]]]:
    listed = error.params["problems"]
    assert isinstance(listed, tuple)
    return [(problem.key, problem.params) for problem in listed]


def test_a_list_with_all_columns_is_imported(imported, target, tmp_path):
    (tmp_path / "list" / "pictures").mkdir()
    picture = tmp_path / "list" / "pictures" / "tea.png"
    picture.touch()
    report = imported(
        "sku,barcode,name_ko,name_en,name_zh,name_ja,price,category,image,tax\n"
        'D1,8809990000012,보리차,"Barley tea, cold",大麦茶,麦茶,"1,500",음료,pictures/tea.png,exempt\n'
    )
    assert (report.products, report.categories, report.encoding) == (1, 1, "utf-8")
    tea = Catalogue(target).by_barcode("8809990000012")
    assert tea is not None
    assert [tea.name(code) for code in ("ko", "en", "zh", "ja")] == ["보리차", "Barley tea, cold", "大麦茶", "麦茶"]
    assert (tea.price, tea.category, tea.image, tea.tax) == (won(1_500), "음료", str(picture), Tax.EXEMPT)


@pytest.mark.parametrize(("codec", "encoding"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp949", "cp949")])
def test_the_encodings_of_korean_spreadsheets_are_read(imported, target, codec, encoding):
    report = imported((HEADER + "D1,8809990000012,똠방각하 쫄면,2500\n").encode(codec))
    assert report.encoding == encoding
    [product] = Catalogue(target).in_category("")
    assert product.name("ko") == "똠방각하 쫄면"


def test_line_ends_blank_lines_and_spare_commas_of_spreadsheets_are_taken(imported, target):
    imported(" SKU ,Name_KO,price\r\nD1, 보리차  찬것 ,2500,,\r\n,,\r\n\r\nD2,생수,1000\r\n")
    assert [product.name("ko") for product in Catalogue(target).in_category("")] == ["보리차 찬것", "생수"]


def test_short_american_barcodes_are_stored_as_the_scanner_grammar_gives_them(imported, target):
    imported(HEADER + "D1,036000291452,Soup,2500\nD2,96385074,Gum,500\nD3,SHOP-7,Own,700\n")
    catalogue = Catalogue(target)
    for scanned in ("036000291452", "96385074"):
        code = classify(scanned)
        assert isinstance(code, ProductCode)
        assert catalogue.by_barcode(code.digits) is not None
    assert catalogue.by_barcode("SHOP-7") is not None


@pytest.mark.parametrize(
    ("line", "key", "params"),
    [
        (",8809990000012,차,2500", "line_no_value", {"column": "sku"}),
        ("D1,8809990000012,,2500", "line_no_value", {"column": "name_ko"}),
        ("D1", "line_no_value", {"column": "name_ko"}),
        ("D1,8809990000012," + "차" * 61 + ",2500", "line_bad_text", {"column": "name_ko", "most": 60}),
        ("D1,8809990000012,차\u202e,2500", "line_bad_text", {"column": "name_ko", "most": 60}),
        *(
            (f'D1,8809990000012,차,"{price}"', "line_bad_price", {"value": price, "most": 10_000_000})
            for price in ("", "0", "-5", "2500.5", "25,00", "2500원", "천원", "10000001", "1e3", "２５００", "9" * 30)
        ),
        ("D1,8809990000013,차,2500", "line_wrong_check_digit", {"value": "8809990000013", "expected": "2"}),
        ("D1,8.80999E+12,차,2500", "line_bad_barcode", {"value": "8.80999E+12"}),
        ("D1,98765432123456789,차,2500", "line_bad_barcode", {"value": "98765432123456789"}),
        ("D1,http://x,차,2500", "line_bad_barcode", {"value": "http://x"}),
    ],
)
def test_a_bad_line_is_reported_with_its_number(refused, line, key, params):
    error = refused(HEADER + "OK,,생수,1000\n" + line + "\n")
    assert error.params["count"] >= 1
    assert problems(error)[0] == (f"catalogue.{key}", {"line": 3, **params})


def test_a_bad_tax_is_reported(refused):
    assert problems(refused("sku,name_ko,price,tax\nD1,차,2500,free\n")) == [
        ("catalogue.line_bad_tax", {"line": 2, "value": "free"})
    ]


@pytest.mark.parametrize(
    "image", ["absent.png", "../list.png", "/etc/hostname", ".", "x" * 199, "a\x00b", "list.csv/x"]
)
def test_a_picture_that_is_not_beside_the_list_is_reported(refused, tmp_path, image):
    (tmp_path / "list.png").touch()
    error = refused(f'sku,name_ko,price,image\nD1,차,2500,"{image}"\n')
    assert problems(error)[-1][0] == "catalogue.line_no_image"


def test_the_same_sku_or_barcode_twice_names_both_lines(refused):
    error = refused(HEADER + "D1,8809990000012,차,2500\nD1,,물,1000\nD3,8809990000012,술,1000\n")
    assert problems(error) == [
        ("catalogue.line_same_sku", {"line": 3, "value": "D1", "first": 2}),
        ("catalogue.line_same_barcode", {"line": 4, "value": "8809990000012", "first": 2}),
    ]


def test_a_barcode_written_in_two_ways_is_the_same_one(refused):
    error = refused(HEADER + "D1,036000291452,차,2500\nD2,0036000291452,물,1000\n")
    assert [key for key, _ in problems(error)] == ["catalogue.line_same_barcode"]


def test_every_mistake_of_a_line_is_reported(refused):
    error = refused(HEADER + ",8809990000013,,free\n")
    assert {key for key, _ in problems(error)} == {
        "catalogue.line_no_value",
        "catalogue.line_wrong_check_digit",
        "catalogue.line_bad_price",
    }


def test_fifty_mistakes_are_listed_and_all_are_counted(refused):
    error = refused(HEADER + "D,,차,x\n" * 80)
    assert error.params["count"] == 80 + 79
    assert len(problems(error)) == 50


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "",
            [
                ("catalogue.column_missing", "sku"),
                ("catalogue.column_missing", "name_ko"),
                ("catalogue.column_missing", "price"),
            ],
        ),
        ("sku,name_ko,price,colour\n", [("catalogue.column_unknown", "colour")]),
        ("sku,name_ko,price,sku\n", [("catalogue.column_twice", "sku")]),
    ],
)
def test_a_first_line_that_does_not_name_the_columns_is_reported(refused, content, found):
    assert [(key, params["column"]) for key, params in problems(refused(content))] == found


def test_a_line_with_more_cells_than_columns_is_reported(refused):
    assert problems(refused(HEADER + "D1,,차,2,500\n")) == [("catalogue.line_too_long", {"line": 2})]


def test_a_quote_that_never_closes_is_reported(refused):
    [(key, _)] = problems(refused(HEADER + 'D1,,"차,2500\nD2,,물,1000\n'))
    assert key == "catalogue.line_not_csv"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (HEADER, "catalogue.empty"),
        (HEADER.encode("utf-16"), "catalogue.encoding"),
        (HEADER + "\n".join(f"D{n},,차,1" for n in range(50_001)), "catalogue.too_many"),
    ],
)
def test_a_list_that_cannot_be_one_is_refused(refused, content, key):
    assert refused(content).key == key


def test_an_absent_file_is_named(tmp_path, target):
    with pytest.raises(CatalogueError, match=r"catalogue\.cannot_read"):
        import_csv(tmp_path / "absent.csv", target, lambda _done, _of: None)


def test_a_bad_list_leaves_the_catalogue_as_it_was(imported, target):
    imported(HEADER + "D1,,차,2500\n")
    before = target.read_bytes()
    with pytest.raises(CatalogueError):
        imported(HEADER + "D1,,차,2600\nD2,,물,x\n")
    assert target.read_bytes() == before


def test_ten_thousand_products_are_imported_and_progress_is_told(tmp_path, target):
    file = tmp_path / "list.csv"
    file.write_text(HEADER + "".join(f"D{n},T{n},상품 {n},{n + 1}\n" for n in range(10_000)), encoding="utf-8")
    told: list[tuple[int, int]] = []
    report = import_csv(file, target, lambda done, of: told.append((done, of)))
    assert report.products == 10_000
    assert told[0] == (0, 10_000)
    assert told[-1] == (10_000, 10_000)
    assert told == sorted(told)
    last = Catalogue(target).by_barcode("T9999")
    assert last is not None
    assert last.price == won(10_000)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "ignore")),
        st.lists(st.lists(st.text(max_size=20), min_size=10, max_size=10), max_size=5).map(
            lambda rows: "\n".join(",".join(row) for row in [list(COLUMNS), *rows]).encode("utf-8", "ignore")
        ),
    )
)
def test_no_file_raises_anything_but_a_catalogue_error(tmp_path, content):
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    try:
        report = import_csv(file, tmp_path / "catalogue.sqlite", lambda _done, _of: None)
    except CatalogueError as error:
        Text.load("ko").error(error)
    else:
        assert len(Catalogue(tmp_path / "catalogue.sqlite")) == report.products > 0


def test_the_demo_list_is_imported_whole(target):
    report = import_csv(resource("demo", "catalogue.csv"), target, lambda _done, _of: None)
    catalogue = Catalogue(target)
    assert report.products == 24
    assert catalogue.categories() == ("음료", "과자", "간편식", "생활")
    for category in catalogue.categories():
        for product in catalogue.in_category(category):
            assert {code for code, _ in product.names} == {"ko", "en", "zh", "ja"}
            assert classify(product.barcode) == ProductCode(product.barcode)
            assert product.barcode.startswith("880")


def test_the_demo_basket_of_the_documents_can_be_bought(target):
    import_csv(resource("demo", "catalogue.csv"), target, lambda _done, _of: None)
    catalogue = Catalogue(target)
    prices = {p.name("ko"): p.price for c in catalogue.categories() for p in catalogue.in_category(c)}
    basket = prices["아메리카노"] * 2 + prices["참치 삼각김밥"] + prices["견과 한줌"] * 4
    assert basket == won(12_300)
