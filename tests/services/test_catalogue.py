import sqlite3

import pytest

from kiosk.domain.catalogue import Product, Tax
from kiosk.domain.errors import CatalogueError
from kiosk.domain.money import won
from kiosk.services.catalogue import Catalogue, build

COFFEE = Product("D001", "8809990000012", (("ko", "아메리카노"), ("en", "Americano")), won(2_500), "음료")
TEA = Product("D002", "", (("ko", "보리차"),), won(1_500), "음료", "/pictures/tea.png", Tax.EXEMPT)
CHIPS = Product("S001", "8809990000081", (("ko", "감자칩"),), won(1_800), "과자")


@pytest.fixture
def file(tmp_path):
    build([COFFEE, CHIPS, TEA], tmp_path / "catalogue.sqlite")
    return tmp_path / "catalogue.sqlite"


def test_products_come_back_as_they_were_written(file):
    catalogue = Catalogue(file)
    assert len(catalogue) == 3
    assert catalogue.by_barcode("8809990000012") == COFFEE
    assert catalogue.by_sku("D002") == TEA


def test_an_unknown_code_finds_nothing(file):
    assert Catalogue(file).by_barcode("8809990000999") is None
    assert Catalogue(file).by_sku("X") is None


def test_a_product_without_barcode_is_not_found_by_an_empty_scan(file):
    assert Catalogue(file).by_barcode("") is None


def test_categories_and_their_products_are_in_the_order_of_the_list(file):
    catalogue = Catalogue(file)
    assert catalogue.categories() == ("음료", "과자")
    assert catalogue.in_category("음료") == (COFFEE, TEA)
    assert catalogue.in_category("없음") == ()


def test_a_new_file_replaces_the_old_one_and_leaves_nothing_beside_it(file):
    build([TEA], file)
    assert [product.sku for product in Catalogue(file).in_category("음료")] == ["D002"]
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_what_a_crash_left_beside_the_file_is_no_hindrance(file):
    file.with_name(file.name + ".new").write_bytes(b"half a file")
    build([TEA], file)
    assert len(Catalogue(file)) == 1


def test_a_till_goes_on_with_the_list_it_has_read(file):
    catalogue = Catalogue(file)
    build([TEA], file)
    assert catalogue.by_barcode(COFFEE.barcode) == COFFEE


def test_a_failed_write_leaves_the_old_file_as_it_was(file):
    before = file.read_bytes()
    with pytest.raises(CatalogueError, match=r"catalogue\.cannot_write"):
        build([COFFEE, COFFEE], file)
    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CatalogueError, match=r"catalogue\.cannot_write"):
        build([COFFEE], tmp_path / "file" / "catalogue.sqlite")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogueError) as missing:
        Catalogue(tmp_path / "catalogue.sqlite")
    assert (missing.value.key, missing.value.params) == (
        "catalogue.missing",
        {"file": str(tmp_path / "catalogue.sqlite")},
    )


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_file_is_reported(tmp_path, content):
    file = tmp_path / "catalogue.sqlite"
    file.write_bytes(content)
    with pytest.raises(CatalogueError, match=r"catalogue\.damaged"):
        Catalogue(file)


def test_a_file_cut_short_is_reported(file):
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(CatalogueError, match=r"catalogue\.damaged"):
        Catalogue(file)


def test_another_kind_of_database_is_not_taken_for_a_catalogue(tmp_path):
    database = sqlite3.connect(tmp_path / "other.sqlite")
    database.execute("CREATE TABLE product (x)")
    database.close()
    with pytest.raises(CatalogueError, match=r"catalogue\.damaged"):
        Catalogue(tmp_path / "other.sqlite")


def test_a_folder_name_with_special_characters_is_read(tmp_path):
    file = tmp_path / "50% ?#가게" / "catalogue.sqlite"
    build([COFFEE], file)
    assert len(Catalogue(file)) == 1
