"""What the screen is told of goods: the same picture and category beside the line as on the product."""

from kiosk.flows.basket import Basket
from kiosk.services.catalogue import Catalogue
from kiosk.services.catalogue_csv import import_csv
from kiosk.services.resources import resource


def test_a_line_has_the_picture_and_the_category_of_its_product(tmp_path):
    import_csv(resource("demo", "catalogue.csv"), tmp_path / "catalogue.sqlite", lambda _done, _of: None)
    basket = Basket(Catalogue(tmp_path / "catalogue.sqlite"), 6)
    basket.add_sku("D003")
    view = basket.view("ko")
    line, product = view.lines[0], view.products[2]
    assert (line.image, line.category) == (product.image, product.category)
    assert line.category == "음료"
    assert line.image == str(resource("demo", "pictures", "D003.svg").resolve())
